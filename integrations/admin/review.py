"""What an import would do with a file, arranged for a person to check: per account, verdict and row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.display import Tone
from dwaybank.admin.refusals import refusal_message
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from dwaybank.translation import Text
from integrations.admin.shared import FILE_TONES, PROBLEM_NAMES, PROBLEM_TONES
from integrations.admin.side_by_side import signed_amount
from integrations.enums import FileStatus
from integrations.feeds.contract import FeedFormat, FeedProblem, Severity
from integrations.importing import DESCRIBABLE, AccountOutcome, FileOutcome, RowOutcome, Verdict, import_statement
from integrations.importing.accounts import UNNAMED
from integrations.models import BankTransaction, BankTransactionKey, LinkedAccount, StatementFile

SHORT_LIST: Final = 20
LONG_LIST: Final = 5_000
# what a person must look at comes first
_ORDER: Final = (Verdict.REJECTED, Verdict.CHANGED, Verdict.REPEATED, Verdict.NEW, Verdict.DUPLICATE)
VERDICTS: Final[dict[Verdict, tuple[Text, Tone, Text]]] = {
    Verdict.REJECTED: (_("Rejected"), Tone.BAD, _("Cannot be read, and is not taken.")),
    Verdict.CHANGED: (
        _("Changed"),
        Tone.WARNING,
        _("The bank changed a stored row: it is updated, the old one is kept."),
    ),
    Verdict.REPEATED: (
        _("Repeated"),
        Tone.INFO,
        _("Stored already from another source: kept beside it, counted once."),
    ),
    Verdict.NEW: (_("New"), Tone.GOOD, _("Stored as a movement of its own.")),
    Verdict.DUPLICATE: (_("Duplicate"), Tone.QUIET, _("The same row is stored already: nothing to do.")),
}
# problems after which it helps to say which account the file is of
_ACCOUNT_QUESTIONS: Final = {"account_ambiguous", "account_assumed"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose beside the files: as in the address of the review page."""

    bank: str = ""
    create_accounts: bool = False
    verdict: Verdict | None = None
    show_all: bool = False
    accounts: Mapping[UUID, str] = ()  # type: ignore[assignment]
    profiles: Mapping[UUID, str] = ()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of a file for the page."""

    row: RowOutcome
    amount: SafeString
    stored: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class VerdictGroup:
    """The rows of one account that fare alike; ``rows`` may be fewer than ``total``."""

    verdict: Verdict
    total: int
    rows: Sequence[ShownRow]

    @property
    def label(self) -> Text:
        """The verdict in a word."""
        return VERDICTS[self.verdict][0]

    @property
    def meaning(self) -> Text:
        """The verdict in a sentence."""
        return VERDICTS[self.verdict][2]

    @property
    def badge(self) -> SafeString:
        """The verdict as a state."""
        return display.badge(self.label, VERDICTS[self.verdict][1])

    @property
    def hidden(self) -> int:
        """Rows that are not listed."""
        return self.total - len(self.rows)

    @property
    def is_capped(self) -> bool:
        """Whether the longest list is reached: more is never listed."""
        return len(self.rows) >= LONG_LIST


@dataclass(frozen=True, slots=True)
class AccountReview:
    """One account of a file."""

    outcome: AccountOutcome
    groups: Sequence[VerdictGroup]

    @property
    def title(self) -> str:
        """The account as the file calls it."""
        name = self.outcome.external_account_id
        return gettext("An account the file does not name") if not name or name.startswith(UNNAMED) else name

    @property
    def opening(self) -> SafeString:
        """Balance before."""
        return display.money(self.outcome.opening_balance, self.outcome.currency, signed=True)

    @property
    def signed_sum(self) -> SafeString:
        """Sum of the rows."""
        return display.money(self.outcome.signed_sum, self.outcome.currency, signed=True)

    @property
    def closing(self) -> SafeString:
        """Balance after."""
        return display.money(self.outcome.closing_balance, self.outcome.currency, signed=True)

    @property
    def ties_out(self) -> SafeString:
        """Whether the balances and the rows agree."""
        return display.yes_or_no(
            self.outcome.ties_out,
            yes=gettext("Ties out"),
            no=gettext("Does not tie out"),
            unknown=gettext("Balances not stated"),
        )


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem of a file."""

    line: int | None
    badge: SafeString
    message: str
    raw: str


@dataclass(frozen=True, slots=True)
class FileReview:
    """One file as the review page shows it."""

    file: StatementFile
    accounts: Sequence[AccountReview] = ()
    problems: Sequence[ProblemLine] = ()
    notes: Sequence[str] = ()
    choices: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    can_import: bool = False
    can_describe: bool = False
    profile: str = ""
    wants_new_accounts: bool = False

    @property
    def status(self) -> SafeString:
        """Where the file stands."""
        return display.badge(self.file.get_file_status_display(), FILE_TONES[self.file.file_status])

    @property
    def shows_lines(self) -> bool:
        """Whether a problem quotes its line."""
        return any(problem.raw for problem in self.problems)

    @property
    def new_rows(self) -> int:
        """Rows that the import would add."""
        return sum(account.outcome.imported for account in self.accounts)


def review_file(file: StatementFile, choices: Choices, actor: Actor) -> FileReview:
    """What the page shows of one file. Writes nothing: the import is run dry."""
    notes = _notes(file)
    if file.file_status == FileStatus.IMPORTED or file.content is None:
        return FileReview(file, problems=_stored_problems(file), notes=notes)
    chosen = dict(choices.accounts).get(file.pk, "")
    try:
        outcome = import_statement(
            data=bytes(file.content),
            file_name=file.file_name,
            owner=file.owner,
            actor=actor,
            bank=choices.bank or None,
            account=chosen or None,
            profile=dict(choices.profiles).get(file.pk) or None,
            create_accounts=choices.create_accounts,
            dry_run=True,
            with_rows=True,
        )
    except DomainError as error:
        return FileReview(file, notes=[*notes, kept_text(str(error))])
    except DatabaseError as error:
        message = refusal_message(error)
        if message is None:
            raise
        return FileReview(file, notes=[*notes, message])
    codes = {problem.code for problem in outcome.problems}
    unnamed = any(a.account_id is None and not a.external_account_id for a in outcome.accounts)
    return FileReview(
        file,
        accounts=[_account_review(account, outcome, choices) for account in outcome.accounts],
        problems=[problem_line(problem) for problem in _file_problems(outcome)],
        notes=notes,
        choices=_account_choices(file, outcome.bank_id) if unnamed or chosen or codes & _ACCOUNT_QUESTIONS else (),
        chosen=chosen,
        can_import=outcome.status != FileStatus.REFUSED,
        profile=str(outcome.profile_id or ""),
        can_describe=DESCRIBABLE in codes or outcome.file_format == FeedFormat.CSV_PROFILE.value,
        wants_new_accounts="account_unknown" in codes and not choices.create_accounts,
    )


def _notes(file: StatementFile) -> list[str]:
    """What a person should know about the file before looking at its rows."""
    notes = []
    if file.file_status == FileStatus.IMPORTED:
        notes.append(gettext("This file was imported already: importing it again adds nothing."))
    if file.file_status == FileStatus.PARTIAL:
        notes.append(gettext("This file was imported in part already: importing it again adds only what is new."))
    if file.file_status == FileStatus.REFUSED and file.content is None:
        notes.append(gettext("This file cannot be taken. Mend what is listed and hand it in again."))
    others = StatementFile.objects.filter(sha256=file.sha256).exclude(owner_id=file.owner_id)
    emails = list(others.order_by("created_at").values_list("owner__email", flat=True)[:3])
    if emails:
        notes.append(
            gettext("The very same file was handed in for %(list)s: check the customer.") % {"list": ", ".join(emails)}
        )
    return notes


def _stored_problems(file: StatementFile) -> list[ProblemLine]:
    stored = file.problems if isinstance(file.problems, list) else []
    return [
        problem_line(
            FeedProblem(
                problem.get("line"),
                str(problem.get("code", "")),
                Severity(problem.get("severity", Severity.ERROR)),
                str(problem.get("message", "")),
                str(problem.get("raw", "")),
            )
        )
        for problem in stored
        if isinstance(problem, dict)
    ]


def problem_line(problem: FeedProblem) -> ProblemLine:
    """One problem of a file for the page."""
    said = (
        gettext("Rejected line")
        if problem.line and problem.severity == Severity.ERROR
        else PROBLEM_NAMES[problem.severity]
    )
    badge = display.badge(said, PROBLEM_TONES.get(problem.severity, Tone.QUIET))
    return ProblemLine(problem.line, badge, kept_text(problem.message), problem.raw)


def _file_problems(outcome: FileOutcome) -> Iterable[FeedProblem]:
    """Problems, those that cost a row first; without lines that stand among the rows."""
    among_rows = {row.line for account in outcome.accounts for row in account.rows if row.verdict == Verdict.REJECTED}
    listed = [p for p in outcome.problems if p.line is None or p.line not in among_rows]
    return sorted(listed, key=lambda p: (p.severity != Severity.ERROR, p.line or 0))


def _account_choices(file: StatementFile, bank_id: str | None) -> list[tuple[str, str]]:
    """The owner's linked accounts at the file's bank, to say which one the file is of."""
    links = LinkedAccount.objects.filter(connection__user_id=file.owner_id, account__deleted_at=None)
    if bank_id:
        links = links.filter(bank_id=bank_id)
    found: dict[str, str] = {}
    for link in links.select_related("account").order_by("external_account_id", "pk")[:100]:
        found.setdefault(str(link.account_id), f"{link.account.account_name} ({link.external_account_id})")
    return list(found.items())


def _account_review(account: AccountOutcome, outcome: FileOutcome, choices: Choices) -> AccountReview:
    limit = LONG_LIST if choices.show_all else SHORT_LIST
    by_verdict: dict[Verdict, list[RowOutcome]] = {}
    for row in account.rows:
        by_verdict.setdefault(row.verdict, []).append(row)
    return AccountReview(
        account,
        [
            VerdictGroup(verdict, len(by_verdict[verdict]), _shown_rows(verdict, by_verdict[verdict][:limit]))
            for verdict in _ORDER
            if verdict in by_verdict and choices.verdict in (None, verdict)
        ],
    )


def _shown_rows(verdict: Verdict, rows: Sequence[RowOutcome]) -> list[ShownRow]:
    stored = _stored_rows([row.bank_transaction_id for row in rows]) if verdict == Verdict.CHANGED else {}
    return [
        ShownRow(row, display.money(row.amount, row.currency, signed=True), _stored_cell(row, stored)) for row in rows
    ]


def _stored_rows(ids: Sequence[UUID | None]) -> dict[UUID, BankTransaction]:
    """The rows that the bank changed, as they are stored: two queries, by id and date."""
    known = BankTransactionKey.objects.filter(pk__in=[pk for pk in ids if pk])
    days = dict(known.values_list("pk", "transaction_date"))
    rows: QuerySet[Any] = BankTransaction.objects.filter(pk__in=days, transaction_date__in=set(days.values()))
    return {row.pk: row for row in rows.defer("raw_data", "normalized_data")}


def _stored_cell(row: RowOutcome, stored: Mapping[UUID, BankTransaction]) -> SafeString | str:
    """The stored row that a line meets; of a changed one also what it says now."""
    if row.bank_transaction_id is None:
        return ""
    old = stored.get(row.bank_transaction_id)
    if old is None:
        return display.object_link("integrations.BankTransaction", row.bank_transaction_id, gettext("stored row"))
    return format_html(
        '<a href="{}">stored</a> as {} {} <span class="old">{}</span>',
        display.admin_url("integrations.BankTransaction", old.pk),
        display.day(old.transaction_date),
        signed_amount(old),
        old.raw_description or "",
    )
