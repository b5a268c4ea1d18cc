"""The six CSV layouts of RBC, TD, BMO and CIBC, declared as data; ``csv_reader`` is the engine that reads them.

Facts come from importers and sample files of many people (bank pages do not document these layouts):
firefly-iii/import-configurations, bank2ynab, double-entry-generator, SwiftBeanCountImporter and others. No
layout but RBC's says its currency: the rest are taken as Canadian dollars.
"""

from __future__ import annotations

import re

from integrations.feeds.contract import AccountKind, FeedFormat
from integrations.feeds.csv_layout import AmountRule, Column, CsvLayout, Role
from integrations.feeds.dates import DateForm

ISO_START = r'\s*"?[0-9]{4}-[0-9]{2}-[0-9]{2}"?\s*[,;\t]'
SLASH_START = r'\s*"?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"?\s*[,;\t]'
_CARD = r"'?[0-9*Xx]{8,24}'?\s*[,;\t]"

RBC = CsvLayout(
    format=FeedFormat.CSV_RBC,
    bank_id="rbc",
    title="RBC CSV (accounts and cards, English or French)",
    columns=(
        Column("Account Type", Role.ACCOUNT_KIND, ("Account Type", "Type de compte")),
        Column("Account Number", Role.ACCOUNT, ("Account Number", "Numéro du compte", "Numéro de compte")),
        Column(
            "Transaction Date",
            Role.DATE,
            ("Transaction Date", "Date de l'opération", "Date de la transaction"),
        ),
        Column(
            "Cheque Number",
            Role.REFERENCE,
            ("Cheque Number", "Numéro du chèque", "Numéro de chèque"),
            optional=True,
        ),
        Column("Description 1", Role.DESCRIPTION, ("Description 1",)),
        Column("Description 2", Role.MORE_DESCRIPTION, ("Description 2",), optional=True),
        Column("CAD$", Role.CAD, ("CAD$", "CAD[$]", "$CAD", "CAD")),
        Column("USD$", Role.USD, ("USD$", "USD[$]", "$USD", "USD"), optional=True),
    ),
    amounts=AmountRule.TWO_CURRENCIES,
    date_forms=(DateForm.MONTH_DAY_YEAR, DateForm.ISO),
    record_start=re.compile(rf"[^,;\t\n]{{1,40}}[,;\t][^,;\t\n]{{1,40}}[,;\t](?:{SLASH_START}|{ISO_START})"),
    header=True,
    spare_cells=1,
)

_TWO_SIDES = (
    Column("Date", Role.DATE, ("Date", "Transaction Date", "Date de l'opération", "Date de la transaction")),
    Column(
        "Description",
        Role.DESCRIPTION,
        ("Description", "Transaction Description", "Transaction details", "Details", "Détails", "Opération"),
    ),
    Column(
        "Debit", Role.DEBIT, ("Debit", "Debits", "Withdrawals", "Withdrawal", "Débit", "Débits", "Retrait", "Retraits")
    ),
    Column("Credit", Role.CREDIT, ("Credit", "Credits", "Deposits", "Deposit", "Crédit", "Crédits", "Dépôt", "Dépôts")),
)

TD = CsvLayout(
    format=FeedFormat.CSV_TD,
    bank_id="td",
    title="TD CSV (account or card: date, description, debit, credit, balance)",
    columns=(*_TWO_SIDES, Column("Balance", Role.BALANCE, ("Balance", "Running Balance", "Solde"))),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.MONTH_DAY_YEAR, DateForm.ISO),
    record_start=re.compile(rf"{SLASH_START}|{ISO_START}"),
)

BMO_ACCOUNT = CsvLayout(
    format=FeedFormat.CSV_BMO_ACCOUNT,
    bank_id="bmo",
    title="BMO account CSV",
    columns=(
        Column("First Bank Card", Role.ACCOUNT, ("First Bank Card",)),
        Column("Transaction Type", Role.DIRECTION, ("Transaction Type",)),
        Column("Date Posted", Role.DATE, ("Date Posted",)),
        Column("Transaction Amount", Role.AMOUNT, ("Transaction Amount",)),
        Column("Description", Role.DESCRIPTION, ("Description",)),
    ),
    amounts=AmountRule.SIGNED,
    date_forms=(DateForm.COMPACT,),
    record_start=re.compile(_CARD),
    header=True,
    sections=True,
    preamble=re.compile(r"\s*\"?Following data is valid as of", re.IGNORECASE),
    dated_by_posting=True,
    names_card=True,
    account_kind=AccountKind.DEPOSIT,
)

BMO_CARD = CsvLayout(
    format=FeedFormat.CSV_BMO_CARD,
    bank_id="bmo",
    title="BMO card CSV",
    columns=(
        Column("Item #", Role.OTHER, ("Item #",)),
        Column("Card #", Role.ACCOUNT, ("Card #",)),
        Column("Transaction Date", Role.DATE, ("Transaction Date",)),
        Column("Posting Date", Role.POSTED_DATE, ("Posting Date",)),
        Column("Transaction Amount", Role.AMOUNT, ("Transaction Amount",)),
        Column("Description", Role.DESCRIPTION, ("Description",)),
    ),
    amounts=AmountRule.INVERTED,
    date_forms=(DateForm.COMPACT,),
    record_start=re.compile(rf"[0-9]{{1,6}}[,;\t]{_CARD}"),
    account_kind=AccountKind.CREDIT_CARD,
    header=True,
    sections=True,
    preamble=BMO_ACCOUNT.preamble,
    names_card=True,
)

CIBC_ACCOUNT = CsvLayout(
    format=FeedFormat.CSV_CIBC_ACCOUNT,
    bank_id="cibc",
    title="CIBC account CSV (date, description, debit, credit)",
    columns=_TWO_SIDES,
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.ISO,),
    record_start=re.compile(ISO_START),
    account_kind=AccountKind.DEPOSIT,
)

CIBC_CARD = CsvLayout(
    format=FeedFormat.CSV_CIBC_CARD,
    bank_id="cibc",
    title="CIBC card CSV (date, description, debit, credit, masked card)",
    columns=(
        *_TWO_SIDES,
        Column(
            "Card Number",
            Role.ACCOUNT,
            ("Card Number", "Card", "Card No.", "Credit Card Number", "Numéro de carte", "Carte"),
        ),
    ),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.ISO,),
    record_start=re.compile(ISO_START),
    account_kind=AccountKind.CREDIT_CARD,
    names_card=True,
)

# Layouts with headings of their own first; the headerless ones exclude each other by their columns.
BANK_LAYOUTS = (RBC, BMO_ACCOUNT, BMO_CARD, CIBC_CARD, TD, CIBC_ACCOUNT)
