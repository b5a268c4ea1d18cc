"""Payment card numbers where they must not be: every text of the database and every stored upload is looked at.

PostgreSQL picks the texts that hold a run of 13 to 19 digits at all; those are streamed, a few at a time, and each run
is held against the check digit and the ranges of the card schemes. What is found is kept masked: the first six and last
four digits (PCI DSS 3.4.1), never the number. Plans of numbers (ISO/IEC 7812) as commonly published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from psycopg import sql

from compliance.fintrac.rules.private_numbers import card_numbers

MOST_FINDINGS: Final = 500
_BATCH: Final = 200
# a run of 13 to 19 digits, single blanks or hyphens between them, not inside a longer number or word
_RUN: Final = r"(^|[^0-9A-Za-z])[0-9]([ -]?[0-9]){12,18}($|[^0-9A-Za-z])"
# scheme → (first digits from, to, lengths)
_RANGES: Final = (
    ("Visa", "4", "4", (13, 16, 19)),
    ("Mastercard", "51", "55", (16,)),
    ("Mastercard", "2221", "2720", (16,)),
    ("American Express", "34", "34", (15,)),
    ("American Express", "37", "37", (15,)),
    ("Discover", "6011", "6011", (16, 19)),
    ("Discover", "644", "659", (16, 19)),
    ("JCB", "3528", "3589", (16, 19)),
    ("Diners Club", "300", "305", (14, 16, 19)),
    ("Diners Club", "36", "36", (14, 16, 19)),
    ("Diners Club", "38", "39", (14, 16, 19)),
    ("UnionPay", "62", "62", (16, 17, 18, 19)),
)
# table → columns whose text is looked at
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bank_transactions": ("raw_data", "normalized_data", "raw_description", "normalized_description", "bank_reference"),
    "bank_transaction_versions": ("raw_description",),
    "transactions": ("description", "transaction_metadata", "bank_reference"),
    "accounts": ("account_name", "external_account_id"),
    "statement_files": ("file_name", "problems"),
    "integration_errors": ("error_message", "error_details", "request_data", "response_data", "resolution_notes"),
    "bank_sync_logs": ("sync_metadata",),
    "transaction_mappings": ("review_notes",),
    "mapping_decisions": ("note",),
    "compliance_reports": ("report_data", "report_summary", "response_data"),
    "suspicion_cases": ("decision_note",),
    "suspicion_case_events": ("text",),
    "system_logs": ("message", "metadata"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A card number in one row: where, of which scheme, masked."""

    table: str
    column: str
    row_id: str
    scheme: str
    masked: str


@dataclass(slots=True)
class Scan:
    """What was looked at and what was found; of more than MOST_FINDINGS only the count is kept."""

    rows: dict[str, int] = field(default_factory=dict)
    candidates: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Count it, and keep it while there is room."""
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def scheme_of(digits: str) -> str:
    """The scheme whose range and length the number has; "" where none has."""
    for scheme, begins, ends, lengths in _RANGES:
        if len(digits) in lengths and begins <= digits[: len(begins)] <= ends:
            return scheme
    return ""


def masked(digits: str) -> str:
    """The first six and the last four digits, an asterisk for each of the others."""
    return digits[:6] + "*" * (len(digits) - 10) + digits[-4:]


def cards_in(text: str) -> Iterator[tuple[str, str]]:
    """Scheme and masked number of each card number in a text."""
    for digits in card_numbers(text):
        if scheme := scheme_of(digits):
            yield scheme, masked(digits)


def scan() -> Scan:
    """Look at every text and every stored upload. Reads in batches: memory does not grow with the tables."""
    result = Scan()
    for table, columns in TEXTS.items():
        for column in columns:
            _scan_column(result, table, column)
    _scan_uploads(result)
    return result


def _scan_column(result: Scan, table: str, column: str) -> None:
    query = sql.SQL("SELECT id::text, {column}::text FROM {table} WHERE {column}::text ~ %s").format(
        column=sql.Identifier(column), table=sql.Identifier(table)
    )
    for row_id, text in _streamed(query, [_RUN]):
        result.candidates += 1
        for scheme, number in cards_in(text):
            result.add(Finding(table, column, row_id, scheme, number))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        result.rows[table] = cursor.fetchone()[0]


def _scan_uploads(result: Scan) -> None:
    query = sql.SQL("SELECT id::text, content FROM statement_files WHERE content IS NOT NULL")
    for row_id, content in _streamed(query, [], batch=1):
        result.candidates += 1
        for scheme, number in cards_in(bytes(content).decode("latin-1")):
            result.add(Finding("statement_files", "content", row_id, scheme, number))


def _streamed(query: sql.Composable, parameters: list[Any], batch: int = _BATCH) -> Iterator[tuple[Any, ...]]:
    """Rows by a server-side cursor, in the transaction of the caller."""
    with connection.connection.cursor(name="card_numbers") as cursor:
        cursor.itersize = batch
        cursor.execute(query, parameters)
        yield from cursor
