"""CSV layouts of other Canadian institutions: Tangerine, Simplii, Scotiabank, Rogers, Desjardins, National Bank.

Facts come from importers and test files of many people; none of these banks documents its download. Where the
sources disagree (Scotiabank's signs), the engine reads what both have in common and reports the rest. All amounts
are Canadian dollars: no layout says its currency.
"""

from __future__ import annotations

import re

from integrations.feeds.contract import AccountKind, FeedFormat
from integrations.feeds.csv_layout import AmountRule, Column, CsvLayout, Role
from integrations.feeds.csv_layouts import ISO_START, SLASH_START
from integrations.feeds.dates import DateForm

_MONTH_FIRST = (DateForm.MONTH_DAY_YEAR, DateForm.ISO)

# Account and card files differ in the first heading only; both are signed, purchases negative.
TANGERINE = CsvLayout(
    format=FeedFormat.CSV_TANGERINE,
    bank_id=None,
    institution="Tangerine",
    title="Tangerine CSV (accounts and cards, English or French)",
    columns=(
        Column("Date", Role.DATE, ("Date", "Transaction date", "Date de l'opération", "Date de la transaction")),
        Column("Transaction", Role.DIRECTION, ("Transaction", "Opération")),
        Column("Name", Role.DESCRIPTION, ("Name", "Nom")),
        Column("Memo", Role.MORE_DESCRIPTION, ("Memo", "Mémo", "Description")),
        Column("Amount", Role.AMOUNT, ("Amount", "Montant")),
    ),
    amounts=AmountRule.SIGNED,
    date_forms=_MONTH_FIRST,
    record_start=re.compile(rf"{SLASH_START}|{ISO_START}"),
    account_kind=AccountKind.UNKNOWN,
    header=True,
)

# Headings are padded with blanks; a card file has the masked card behind the amounts.
SIMPLII = CsvLayout(
    format=FeedFormat.CSV_SIMPLII,
    bank_id=None,
    institution="Simplii Financial",
    title="Simplii CSV (accounts and cards)",
    columns=(
        Column("Date", Role.DATE, ("Date", "Transaction Date")),
        Column("Transaction Details", Role.DESCRIPTION, ("Transaction Details", "Détails de l'opération")),
        Column("Funds Out", Role.DEBIT, ("Funds Out", "Sorties de fonds", "Retraits")),
        Column("Funds In", Role.CREDIT, ("Funds In", "Entrées de fonds", "Dépôts")),
        Column("Balance", Role.BALANCE, ("Balance", "Running Balance", "Solde"), optional=True),
        Column("Credit Card", Role.ACCOUNT, ("Credit Card", "Card Number", "Carte de crédit"), optional=True),
    ),
    amounts=AmountRule.TWO_SIDES,
    date_forms=_MONTH_FIRST,
    record_start=re.compile(rf"{SLASH_START}|{ISO_START}"),
    header=True,
    spare_cells=1,
    names_card=True,
)

# On cards a debit is positive and a credit negative, on accounts the other way round, in some files nothing has a
# sign: the word decides. Pending rows stand among the booked ones.
SCOTIABANK = CsvLayout(
    format=FeedFormat.CSV_SCOTIABANK,
    bank_id=None,
    institution="Scotiabank",
    title="Scotiabank CSV (accounts and cards, English or French)",
    columns=(
        Column("Date", Role.DATE, ("Date",)),
        Column("Description", Role.DESCRIPTION, ("Description",)),
        Column("Sub-description", Role.MORE_DESCRIPTION, ("Sub-description", "Sous-description")),
        Column("Status", Role.STATUS, ("Status", "État", "Statut"), optional=True),
        Column(
            "Type of Transaction", Role.DIRECTION, ("Type of Transaction", "Type d'opération", "Type de transaction")
        ),
        Column("Amount", Role.AMOUNT, ("Amount", "Montant")),
        Column("Balance", Role.BALANCE, ("Balance", "Solde"), optional=True),
        Column("Filter", Role.OTHER, ("Filter", "Filtre"), optional=True),
    ),
    amounts=AmountRule.DIRECTED,
    date_forms=(DateForm.ISO, DateForm.MONTH_DAY_YEAR),
    record_start=re.compile(rf'(?:"[^"\n]{{0,200}}"|[^",;\t\n]{{0,200}})?[,;\t](?:{ISO_START}|{SLASH_START})'),
    header=True,
    extra_columns=True,
)

SCOTIABANK_OLD = CsvLayout(
    format=FeedFormat.CSV_SCOTIABANK,
    bank_id=None,
    institution="Scotiabank",
    title="Scotiabank CSV before 2023 (date, amount, dash, kind, description)",
    columns=(
        Column("Date", Role.DATE),
        Column("Amount", Role.AMOUNT),
        Column("-", Role.OTHER, shape=re.compile(r"-")),
        Column("Type", Role.MORE_DESCRIPTION),
        Column("Description", Role.DESCRIPTION),
    ),
    amounts=AmountRule.SIGNED,
    date_forms=(DateForm.MONTH_DAY_YEAR,),
    record_start=re.compile(SLASH_START),
    account_kind=AccountKind.DEPOSIT,
)

# Dollar signs, purchases positive. Rows that have not been posted have no day of posting.
ROGERS = CsvLayout(
    format=FeedFormat.CSV_ROGERS,
    bank_id=None,
    institution="Rogers Bank",
    title="Rogers Bank card CSV",
    columns=(
        Column("Date", Role.DATE, ("Date", "Transaction Date")),
        Column("Posted Date", Role.POSTED_DATE, ("Posted Date", "Posting Date", "Date d'inscription")),
        Column("Reference Number", Role.REFERENCE, ("Reference Number", "Numéro de référence"), optional=True),
        Column("Activity Status", Role.STATUS, ("Activity Status", "Statut de l'activité"), optional=True),
        Column("Card Number", Role.ACCOUNT, ("Card Number", "Numéro de carte"), optional=True),
        Column("Merchant Name", Role.DESCRIPTION, ("Merchant Name", "Nom du marchand", "Nom du commerçant")),
        Column("Merchant City", Role.MORE_DESCRIPTION, ("Merchant City", "Ville du marchand"), optional=True),
        Column("Amount", Role.AMOUNT, ("Amount", "Montant")),
    ),
    amounts=AmountRule.INVERTED,
    date_forms=(DateForm.ISO, DateForm.MONTH_DAY_YEAR),
    record_start=re.compile(rf"{ISO_START}|{SLASH_START}"),
    account_kind=AccountKind.CREDIT_CARD,
    header=True,
    extra_columns=True,
    posting_books=True,
    names_card=True,
)

_NUMBER = re.compile(r"[0-9]{1,12}")

# A folio is unique at its branch (caisse) only, so the branch belongs to the name of the account.

DESJARDINS = CsvLayout(
    format=FeedFormat.CSV_DESJARDINS,
    bank_id=None,
    institution="Desjardins",
    title="Desjardins CSV (14 columns without headings)",
    columns=(
        Column("Branch", Role.BRANCH),
        Column("Folio", Role.ACCOUNT, shape=re.compile(r"[0-9]{1,12}(?:-[0-9]{1,8})?")),
        Column("Account", Role.ACCOUNT_PART, shape=re.compile(r"[A-Za-z]{2,4} ?[0-9]{0,3}")),
        Column("Date", Role.DATE),
        Column("Sequence", Role.OTHER, shape=_NUMBER),
        Column("Description", Role.DESCRIPTION),
        Column("Cheque Number", Role.REFERENCE),
        Column("Withdrawal", Role.DEBIT),
        Column("Deposit", Role.CREDIT),
        Column("Interest", Role.OTHER),
        Column("Capital", Role.OTHER),
        Column("Advance", Role.OTHER),
        Column("Repayment", Role.OTHER),
        Column("Balance", Role.BALANCE),
    ),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.YEAR_SLASHES, DateForm.ISO),
    record_start=re.compile(
        r'"?[^",;\t\n]{0,60}"?[,;\t]"?[0-9]{1,12}(?:-[0-9]{1,8})?"?[,;\t]"?[A-Za-z]{2,4} ?[0-9]{0,3}"?[,;\t]'
    ),
    account_kind=AccountKind.DEPOSIT,
    spare_cells=1,
)

# Semicolons; a zero stands in the side that is not moved.
NATIONAL_BANK = CsvLayout(
    format=FeedFormat.CSV_NATIONAL_BANK,
    bank_id=None,
    institution="National Bank of Canada",
    title="National Bank CSV (accounts and cards, English or French)",
    columns=(
        Column("Date", Role.DATE, ("Date",)),
        Column("Card Number", Role.ACCOUNT, ("Card Number", "Numéro de carte", "Numéro de la carte"), optional=True),
        Column("Description", Role.DESCRIPTION, ("Description",)),
        Column("Category", Role.OTHER, ("Category", "Catégorie")),
        Column("Debit", Role.DEBIT, ("Debit", "Débit")),
        Column("Credit", Role.CREDIT, ("Credit", "Crédit")),
        Column("Balance", Role.BALANCE, ("Balance", "Solde"), optional=True),
    ),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.ISO,),
    record_start=re.compile(ISO_START),
    header=True,
    spare_cells=1,
    names_card=True,
)

OTHER_LAYOUTS = (TANGERINE, SIMPLII, SCOTIABANK, ROGERS, NATIONAL_BANK, DESJARDINS, SCOTIABANK_OLD)
