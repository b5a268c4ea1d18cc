"""Every code that a reader can give to a problem, and the helpers that build problems.

Codes are stable: people filter by them, screens translate them, tests name them. A new situation gets a new
code, an old code never changes its meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from integrations.feeds.cleaning import clean
from integrations.feeds.contract import FeedProblem, Severity, StatementRefused

# A raw line is kept to be read by a person; a damaged file can be one single line of megabytes.
RAW_TEXT_LIMIT = 2_000
SHOWN_VALUE_LIMIT = 60


class ProblemCode(StrEnum):
    """Stable name of a problem; ``meaning`` is one line for people."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    # The file as a whole is refused.
    EMPTY_FILE = "empty_file", "The file holds nothing but blanks."
    FILE_TOO_LARGE = "file_too_large", "The file is larger than the size limit."
    TOO_MANY_ROWS = "too_many_rows", "The file holds more rows than the row limit."
    PDF_FILE = "pdf_file", "The file is a PDF document."
    SPREADSHEET_FILE = "spreadsheet_file", "The file is an Excel workbook."
    ARCHIVE_FILE = "archive_file", "The file is an archive such as ZIP."
    IMAGE_FILE = "image_file", "The file is a picture."
    HTML_PAGE = "html_page", "The file is a web page."
    BINARY_FILE = "binary_file", "The file is not text."
    FORMAT_NOT_READ_YET = "format_not_read_yet", "A known statement format that has no reader yet."
    UNKNOWN_LAYOUT = "unknown_layout", "Text in a layout that no reader knows."
    DOCUMENT_TYPE_DECLARED = "document_type_declared", "OFX or XML with a document type or entity declaration."
    XML_MALFORMED = "xml_malformed", "XML that is damaged, cut off or nested without end."
    WORKBOOK_DAMAGED = "workbook_damaged", "An Excel workbook that cannot be opened."
    WORKBOOK_TOO_LARGE = "workbook_too_large", "An Excel workbook that unpacks to more than the size limit."
    SEVERAL_SHEETS = "several_sheets", "An Excel workbook with statements of different layouts."
    NOTIFICATION = "notification", "A notification (camt.054), whose rows come again in the statement."
    DATE_ORDER_AMBIGUOUS = "date_order_ambiguous", "No date shows whether days or months come first."
    PROFILE_UNFIT = "profile_unfit", "The CSV profile does not fit the file or is incomplete."
    SEVERAL_BANKS = "several_banks", "One file that names more than one bank."
    NO_STATEMENT = "no_statement", "The format is right but no account statement is in it."
    NOTHING_READABLE = "nothing_readable", "Rows are there, and not one of them could be read."

    # One line is not taken.
    FIELD_COUNT = "field_count", "The line has more or fewer fields than the layout."
    QUOTE_UNCLOSED = "quote_unclosed", "A quoted field is opened and never closed."
    QUOTE_MALFORMED = "quote_malformed", "Text stands between a closing quote and the next comma."
    UNEXPECTED_LINE = "unexpected_line", "A line that looks like a row stands before the column headings."
    ACCOUNT_MISSING = "account_missing", "The row does not name its account."
    ACCOUNT_UNREADABLE = "account_unreadable", "The account or card number is damaged."
    DATE_MISSING = "date_missing", "The row has no date."
    DATE_UNREADABLE = "date_unreadable", "The date is not a real day in the form that the layout uses."
    AMOUNT_MISSING = "amount_missing", "The row states no amount."
    AMOUNT_UNREADABLE = "amount_unreadable", "The amount is not a plain number."
    AMOUNT_AMBIGUOUS = "amount_ambiguous", "The amount can be read in two ways that differ a thousandfold."
    AMOUNT_TOO_PRECISE = "amount_too_precise", "The amount has fractions of a cent."
    AMOUNT_TOO_LARGE = "amount_too_large", "The amount has more than 13 digits before the decimal sign."
    AMOUNT_BOTH_SIDES = "amount_both_sides", "Two amount columns are filled where one must be blank."
    AMOUNT_SIGNED = "amount_signed", "A sign stands in a column whose amounts have none."
    AMOUNT_ZERO = "amount_zero", "The row moves no money."
    DIRECTION_UNREADABLE = "direction_unreadable", "An unsigned amount without DEBIT or CREDIT beside it."
    CURRENCY_FOREIGN = "currency_foreign", "Rows are stated in another currency than their account: kept apart."
    CURRENCY_UNREADABLE = "currency_unreadable", "The currency is not a three-letter code."
    FIELD_TOO_LONG = "field_too_long", "An identifier or code is longer than the database takes."
    FIELD_REPEATED = "field_repeated", "A field that must be unique comes twice with different values."
    UNSUPPORTED_STATEMENT = "unsupported_statement", "A row of an investment statement."
    FILE_TRUNCATED = "file_truncated", "The file stops in the middle."
    STATUS_UNREADABLE = "status_unreadable", "A word that does not say whether the row is booked."
    FUNDS_TYPE_UNREADABLE = "funds_type_unreadable", "A BAI2 funds type that the format does not know."

    # Nothing is lost, but a person should know.
    NO_TRANSACTIONS = "no_transactions", "An account without any row."
    ID_MISSING = "id_missing", "Rows without a usable id of the bank."
    CHARACTERS_REPLACED = "characters_replaced", "Characters that no database takes became U+FFFD."
    ENCODING_MISMATCH = "encoding_mismatch", "The bytes are not in the encoding that the file declares."
    DATE_ASSUMED = "date_assumed", "Entries without a date, taken on the day of their statement."
    AMOUNT_WHOLE = "amount_whole", "A SWIFT amount without its decimal comma, taken as whole units."
    CURRENCY_ASSUMED = "currency_assumed", "The file names no currency; Canadian dollars are assumed."
    ACCOUNT_UNNAMED = "account_unnamed", "A statement without an account number."
    BANK_MARKS_DISAGREE = "bank_marks_disagree", "Two marks in the file point to different banks."
    BANK_STATUS = "bank_status", "The bank reports an error inside the file."
    BALANCE_UNREADABLE = "balance_unreadable", "A stated balance could not be read and is left out."
    BALANCE_CHAIN_BREAK = "balance_chain_break", "A running balance does not follow from the one before."
    SUMMARY_LINE_SKIPPED = "summary_line_skipped", "A balance or total line, not a movement."
    PENDING_NOT_TAKEN = "pending_not_taken", "Pending rows, which are never booked."
    INTERIM_REPORT = "interim_report", "A report within the day; its rows come again in the statement."
    CONTROL_TOTAL = "control_total", "A count or sum that the file states does not agree with its rows."
    STATEMENT_GAP = "statement_gap", "A statement does not open with the balance the one before closed with."
    STATEMENT_REPEATED = "statement_repeated", "The same statement stands in the file twice."
    SHEET_SKIPPED = "sheet_skipped", "A sheet of a workbook that is no statement."


class LineError(Exception):
    """One line cannot be taken. Raised while a line is read, caught by the reader of the whole file."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def error(code: ProblemCode, message: str, *, line: int | None = None, raw: str = "") -> FeedProblem:
    """A problem that cost a line."""
    return FeedProblem(line, code.value, Severity.ERROR, message, kept_raw(raw))


def warning(code: ProblemCode, message: str, *, line: int | None = None, raw: str = "") -> FeedProblem:
    """A problem that cost nothing."""
    return FeedProblem(line, code.value, Severity.WARNING, message, kept_raw(raw))


def refused(code: ProblemCode, message: str, problems: tuple[FeedProblem, ...] = ()) -> StatementRefused:
    """The exception that refuses the whole file, ready to be raised."""
    return StatementRefused(code.value, message, problems)


def kept_raw(text: str) -> str:
    """Raw text as a problem keeps it: storable, and cut with an ellipsis after 2,000 characters."""
    cut = text if len(text) <= RAW_TEXT_LIMIT else text[:RAW_TEXT_LIMIT] + "…"
    return clean(cut)


def shown(value: str) -> str:
    """A value quoted inside a message: on one line, short, free of control characters."""
    flat = " ".join(clean(value[: SHOWN_VALUE_LIMIT * 4]).split())
    if len(flat) > SHOWN_VALUE_LIMIT or len(value) > SHOWN_VALUE_LIMIT * 4:
        flat = flat[:SHOWN_VALUE_LIMIT] + "…"
    return f'"{flat}"'
