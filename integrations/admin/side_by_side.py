"""A bank transaction's two records side by side: as the bank wrote it, as it was read. Pure presentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import display
from dwaybank.enums import TransactionType
from dwaybank.translation import Text, translated
from integrations.models.bank_transactions import BankTransactionColumns


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One meaning: the bank's fields that speak of it, and what was understood."""

    label: Text
    raw: SafeString
    normalized: object


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A label, the raw field names that carry it in any format, and the column that it became."""

    label: Text
    raw_names: Sequence[str]
    read: Callable[[BankTransactionColumns], object]


def signed_amount(row: BankTransactionColumns) -> SafeString:
    """The amount, money out negative."""
    amount = -row.amount if row.transaction_type == TransactionType.DEBIT else row.amount
    return display.money(amount, row.currency, signed=True)


def _plain(column: str) -> Callable[[BankTransactionColumns], object]:
    return lambda row: getattr(row, column) or display.NOTHING


def _day(column: str) -> Callable[[BankTransactionColumns], object]:
    return lambda row: display.day(getattr(row, column))


def _recorded(name: str) -> Callable[[BankTransactionColumns], object]:
    return lambda row: display.json_table(_record(row.normalized_data).get(name))


# label → fields of the bank's records, as banks write them
_RAW_NAMES: Final = {
    "date": ("DTPOSTED", "Transaction Date", "Date", "Date Posted"),  # bank's words
    "posted": ("Posting Date",),  # bank's words
    "amount": ("TRNAMT", "Transaction Amount", "CAD$", "USD$", "Debit", "Credit"),  # bank's words
    "direction": ("Transaction Type",),  # bank's words
    "text": (
        *("NAME", "PAYEE.NAME", "EXTDNAME", "MEMO", "MEMO2"),
        *("Description", "Description 1", "Description 2"),  # bank's words
    ),
    "reference": ("CHECKNUM", "REFNUM", "Cheque Number"),  # bank's words
    "account": ("Account Number", "First Bank Card", "Card #", "Card Number"),  # bank's words
    "balance": ("Balance",),  # bank's words
}
_MEANINGS: Final = (
    _Meaning(_("Date"), _RAW_NAMES["date"], _day("transaction_date")),
    _Meaning(_("Posted"), _RAW_NAMES["posted"], _day("posted_date")),
    _Meaning(_("Value date"), ("DTAVAIL",), _day("value_date")),
    _Meaning(_("Amount"), _RAW_NAMES["amount"], signed_amount),
    _Meaning(_("Direction"), _RAW_NAMES["direction"], lambda row: row.get_transaction_type_display()),
    _Meaning(_("Description"), _RAW_NAMES["text"], _plain("raw_description")),
    _Meaning(_("Merchant"), (), _plain("merchant_name")),
    _Meaning(_("Kind"), ("TRNTYPE",), _plain("transaction_code")),
    _Meaning(_("Bank's id"), ("FITID",), _plain("external_transaction_id")),
    _Meaning(_("Reference"), _RAW_NAMES["reference"], _plain("bank_reference")),
    _Meaning(_("Account"), _RAW_NAMES["account"], _plain("external_account_id")),
    _Meaning(_("Balance after"), _RAW_NAMES["balance"], _recorded("balance")),
)
# keys of the normalised record that its columns, or the panels of the page, already show
_SHOWN_ELSEWHERE: Final = {
    *("amount", "balance", "code", "currency", "date", "description", "merchant", "posted", "reference"),
    "statement",
}


def compare(row: BankTransactionColumns) -> list[ComparedField]:
    """Meanings that either record has, aligned; then raw fields that mean nothing to us, then our own marks."""
    raw = _record(row.raw_data)
    taken: set[str] = set()
    fields = []
    for meaning in _MEANINGS:
        names = [name for name in raw if name.split("#")[0] in meaning.raw_names]
        taken.update(names)
        normalized = meaning.read(row)
        if names or normalized is not display.NOTHING:
            fields.append(ComparedField(meaning.label, _raw_cell(raw, names), normalized))
    fields += [
        ComparedField(gettext("Not interpreted"), _raw_cell(raw, [name]), display.NOTHING)
        for name in raw
        if name not in taken
    ]
    return fields + [
        ComparedField(translated(name.capitalize()), display.NOTHING, display.json_table(value))
        for name, value in _record(row.normalized_data).items()
        if name not in _SHOWN_ELSEWHERE
    ]


def _raw_cell(raw: Mapping[str, Any], names: Sequence[str]) -> SafeString:
    """Field names and values exactly as the bank wrote them, blanks included."""
    if not names:
        return display.NOTHING
    lines = format_html_join("", "{}", ((_raw_line(name, raw[name]),) for name in names))
    return format_html("{}", lines)


def _raw_line(name: str, value: Any) -> SafeString:
    shown = format_html('<span class="as-written">{}</span>', value) if isinstance(value, str) else None
    if value == "":
        shown = format_html('<span class="nothing">{}</span>', "blank")
    return format_html(
        '<div class="raw-field"><span class="raw-name">{}</span> {}</div>', name, shown or display.json_table(value)
    )


def _record(value: Any) -> dict[str, Any]:
    """A record as name → value, whatever JSON it is."""
    return value if isinstance(value, dict) else {"record": value}
