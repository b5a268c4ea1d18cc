"""The profile editor: a person says what the columns of an unknown CSV file mean, sees how its rows would be read,
and keeps the description for the account.

GET shows the proposal from the content (or the profile that is being changed); POST ``preview`` reads the file with
what the form says and writes nothing; POST ``save`` keeps it as the next version and goes back to the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from dwaybank.models import Account
from integrations.admin.review import ProblemLine, problem_line
from integrations.enums import ProfileAccountKind, ProfileDateOrder, ProfileSignRule
from integrations.feeds import (
    AccountKind,
    ColumnUse,
    CsvProfile,
    CsvSuggestion,
    DateOrder,
    FeedTransaction,
    ProfileColumn,
    SignRule,
    StatementFeed,
    StatementRefused,
    read_with_profile,
    suggest_profile,
)
from integrations.feeds.csv_profile import DELIMITERS, ENCODINGS
from integrations.importing import as_csv_profile, find_profile, of_account, save_profile
from integrations.models import LinkedAccount, StatementFile

IMPORT: Final = "integrations.import_statement"
DESCRIBE: Final = "integrations.add_statementprofile"
PROFILE_PARAMETER: Final = "profile."
_SHOWN: Final = 15
_USES: Final = (
    (ColumnUse.IGNORE, _("not used")),
    (ColumnUse.DATE, _("date")),
    (ColumnUse.POSTED_DATE, _("date of posting")),
    (ColumnUse.DESCRIPTION, _("description")),
    (ColumnUse.MORE_DESCRIPTION, _("more description")),
    (ColumnUse.AMOUNT, _("amount")),
    (ColumnUse.MONEY_OUT, _("money out (debit)")),
    (ColumnUse.MONEY_IN, _("money in (credit)")),
    (ColumnUse.DIRECTION, _("word: debit or credit")),
    (ColumnUse.BALANCE, _("running balance")),
    (ColumnUse.CURRENCY, _("currency")),
    (ColumnUse.ACCOUNT, _("account or card number")),
    (ColumnUse.REFERENCE, _("reference or cheque number")),
    (ColumnUse.STATUS, _("status: posted or pending")),
)
DELIMITER_NAMES: Final = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
# A tab does not survive the trimming of form values.
_DELIMITER_KEYS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NOBODY: Final = [("", _("Choose…"))]


class ProfileForm(forms.Form):
    """What a profile says, besides its columns; ``use_0`` and so on are added for those."""

    required_css_class = "required"

    name = forms.CharField(label=_("Name of the profile"), max_length=100, help_text=_("By it the profile is found."))
    account = forms.ChoiceField(
        label=_("Account"),
        required=False,
        help_text=_("Takes the rows where the file names no account. Bank and currency are then the account's."),
    )
    date_order = forms.ChoiceField(label=_("Order of dates"), choices=[*_NOBODY, *ProfileDateOrder.choices])
    sign_rule = forms.ChoiceField(label=_("Money out is shown by"), choices=[*_NOBODY, *ProfileSignRule.choices])
    currency = forms.RegexField(
        "^[A-Za-z]{3}$",
        label=_("Currency"),
        help_text=_("Counts where no column says it. Three letters, such as CAD."),
    )
    account_kind = forms.ChoiceField(label=_("Kind of account"), choices=ProfileAccountKind.choices)
    header = forms.BooleanField(label=_("The table has column headings"), required=False)
    delimiter = forms.ChoiceField(label=_("Columns are parted by"))
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)

    def __init__(self, *args: Any, accounts: Sequence[tuple[str, str]], columns: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        self.fields["account"].choices = [("", _("The file names it, or it is new")), *accounts]  # type: ignore[attr-defined]
        self.fields["delimiter"].choices = [  # type: ignore[attr-defined]
            (_DELIMITER_KEYS[key], DELIMITER_NAMES[key]) for key in DELIMITERS
        ]
        self.fields["encoding"].choices = [  # type: ignore[attr-defined]
            (name, name or _("found from the content")) for name in ENCODINGS
        ]
        for place in range(columns):
            self.fields[f"use_{place}"] = forms.ChoiceField(
                label=_("Meaning of column %(place)s") % {"place": place + 1},
                choices=[(use.value, text) for use, text in _USES],
            )

    def uses(self) -> list[Any]:
        """The fields of the columns, in file order."""
        return [self[f"use_{place}"] for place in range(self.columns)]

    def others(self) -> list[Any]:
        """All other fields."""
        return [field for field in self if not field.name.startswith("use_")]

    def profile(self, headings: Sequence[str]) -> CsvProfile:
        """The profile that the valid form describes; it may still have faults."""
        data = self.cleaned_data
        return CsvProfile(
            name=data["name"],
            columns=tuple(
                ProfileColumn(heading, ColumnUse(data[f"use_{place}"])) for place, heading in enumerate(headings)
            ),
            date_order=DateOrder(data["date_order"]),
            sign_rule=SignRule(data["sign_rule"]),
            header=data["header"],
            delimiter=_delimiter(data["delimiter"]),
            encoding=data["encoding"],
            currency=data["currency"].upper(),
            account_kind=AccountKind(data["account_kind"]),
        )


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row as it would be read."""

    row: FeedTransaction
    amount: SafeString
    balance: SafeString | str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the profile makes of the file: first rows, sums per currency, problems."""

    rows: Sequence[PreviewRow]
    total: int
    sums: Sequence[tuple[str, SafeString, SafeString, SafeString]]
    rejected: int
    problems: Sequence[ProblemLine]


@require_http_methods(["GET", "HEAD", "POST"])
def describe_view(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Describe the columns of one file that was handed in."""
    if not (request.user.has_perm(IMPORT) and request.user.has_perm(DESCRIBE)):
        raise PermissionDenied
    file = StatementFile.objects.select_related("owner").filter(pk=file_id).first()
    if file is None or file.content is None:
        raise Http404
    data = bytes(file.content)
    delimiter = _delimiter(request.POST.get("delimiter", request.GET.get("delimiter", "")))
    encoding = request.POST.get("encoding", request.GET.get("encoding", ""))
    try:
        suggestion = suggest_profile(
            data, name=_name_of(file), delimiter=delimiter, encoding=encoding if encoding in ENCODINGS else ""
        )
    except StatementRefused as refusal:
        messages.error(request, kept_text(refusal.message))
        return HttpResponseRedirect(_review_address(request, file))
    accounts = _accounts(file)
    options: dict[str, Any] = {"accounts": list(accounts.items()), "columns": len(suggestion.profile.columns)}
    if request.method == "POST":
        form = ProfileForm(request.POST, **options)
    else:
        form = ProfileForm(initial=_initial(request, file, suggestion, accounts), **options)
    preview, faults = None, []
    if form.is_bound and form.is_valid():
        profile = form.profile([column.heading for column in suggestion.profile.columns])
        chosen = as_uuid(form.cleaned_data["account"])
        account = Account.objects.filter(pk=chosen).first() if chosen else None
        faults = [kept_text(fault) for fault in profile.faults()]
        if not faults and "save" in request.POST:
            try:
                row = save_profile(owner=file.owner, account=account, profile=profile, actor=_actor(request))
            except DomainError as error:
                faults = [kept_text(str(error))]
            else:
                messages.success(request, _("The profile is kept as %(row)s.") % {"row": f"\u201c{row}\u201d"})
                return HttpResponseRedirect(_review_address(request, file, profile=row.pk))
        preview, more = _preview(data, of_account(profile, account)) if not faults else (None, [])
        faults = [*faults, *more]
    return TemplateResponse(
        request,
        "admin/integrations/statementfile/describe.html",
        {
            **admin.site.each_context(request),
            "title": _("Describe the columns"),
            "opts": StatementFile._meta,
            "file": file,
            "form": form,
            "sample": suggestion.sample,
            "questions": () if form.is_bound else suggestion.questions,
            "notes": () if form.is_bound else suggestion.notes,
            "faults": faults,
            "preview": preview,
            "review_url": _review_address(request, file),
        },
    )


def _initial(
    request: HttpRequest, file: StatementFile, suggestion: CsvSuggestion, accounts: dict[str, str]
) -> dict[str, Any]:
    """The form as the content suggests it, or as the profile in the address has it."""
    profile, account = suggestion.profile, ""
    if key := request.GET.get("profile", ""):
        try:
            row = find_profile(file.owner, key)
        except DomainError:
            pass  # the address is old: the proposal from the content is as good a beginning
        else:
            stored = as_csv_profile(row)
            if len(stored.columns) == len(profile.columns):
                profile, account = stored, str(row.account_id or "")
    if not account and len(accounts) == 1:
        account = next(iter(accounts))
    return {
        "name": profile.name,
        "account": account,
        "date_order": profile.date_order.value if profile.date_order else "",
        "sign_rule": profile.sign_rule.value if profile.sign_rule else "",
        "currency": profile.currency,
        "account_kind": profile.account_kind.value,
        "header": profile.header,
        "delimiter": _DELIMITER_KEYS[profile.delimiter],
        "encoding": profile.encoding,
        **{f"use_{place}": column.use.value for place, column in enumerate(profile.columns)},
    }


def _preview(data: bytes, profile: CsvProfile) -> tuple[Preview | None, list[str]]:
    """(what the profile makes of the file, why it makes nothing of it)."""
    try:
        feed = read_with_profile(data, profile)
    except StatementRefused as refusal:
        said = [refusal.message, *(f"{p.line}: {p.message}" for p in refusal.problems[:5] if p.line)]
        return None, [kept_text(one) for one in said]
    rows = sorted((row for account in feed.accounts for row in account.transactions), key=lambda row: row.line)
    shown = [
        PreviewRow(
            row,
            display.money(row.amount, row.currency, signed=True),
            "" if row.running_balance is None else display.money(row.running_balance, row.currency),
        )
        for row in rows[:_SHOWN]
    ]
    problems = [problem_line(problem) for problem in feed.problems[:_SHOWN]]
    return Preview(shown, len(rows), _sums(feed), sum(a.rejected for a in feed.accounts), problems), []


def _sums(feed: StatementFeed) -> list[tuple[str, SafeString, SafeString, SafeString]]:
    """(currency, money in, money out, sum): currencies never mix."""
    found: dict[str, list[Decimal]] = {}
    for account in feed.accounts:
        found.setdefault(account.currency, []).extend(row.amount for row in account.transactions)
    zero = Decimal("0.00")
    return [
        (
            currency,
            display.money(sum((a for a in amounts if a > 0), zero), currency, signed=True),
            display.money(sum((a for a in amounts if a < 0), zero), currency, signed=True),
            display.money(sum(amounts, zero), currency, signed=True),
        )
        for currency, amounts in found.items()
    ]


def _accounts(file: StatementFile) -> dict[str, str]:
    """The owner's linked accounts, by id."""
    found: dict[str, str] = {}
    links = LinkedAccount.objects.filter(connection__user_id=file.owner_id, account__deleted_at=None)
    for link in links.select_related("account").order_by("bank_id", "external_account_id", "pk")[:200]:
        text = f"{link.account.account_name} ({link.external_account_id}, {link.account.currency})"
        found.setdefault(str(link.account_id), text)
    return found


def _delimiter(key: str) -> str:
    """The character of a form value, or ""."""
    return next((character for character, name in _DELIMITER_KEYS.items() if name == key), "")


def _name_of(file: StatementFile) -> str:
    """A first name for the profile: the file's without ending and figures."""
    stem = file.file_name.rpartition(".")[0] or file.file_name
    return " ".join("".join(ch if ch.isalpha() else " " for ch in stem).split())[:100] or "CSV"


def _review_address(request: HttpRequest, file: StatementFile, *, profile: UUID | None = None) -> str:
    """The review that the person came from, with what was chosen there."""
    query = [("file", str(file.pk))]
    query += [(name, request.GET[name]) for name in ("bank", "create") if name in request.GET]
    if profile is not None:
        query.append((f"{PROFILE_PARAMETER}{file.pk}", str(profile)))
    return f"{reverse('admin:integrations_statementfile_review')}?{urlencode(query)}"


def _actor(request: HttpRequest) -> Actor:
    return Actor(acting_person(request).pk, "admin", "Columns of a statement file described")
