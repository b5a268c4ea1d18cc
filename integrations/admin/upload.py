"""Importing statement files in the browser: hand in, look at what would happen, confirm.

Handing in keeps the files; looking runs the import dry; only the confirmation imports. Nothing is changed by GET.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.admin.display import admin_url, list_url
from dwaybank.admin.forms import PersonField
from dwaybank.admin.refusals import refusal_message
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from dwaybank.translation import Text
from integrations.admin.profile_editor import PROFILE_PARAMETER
from integrations.admin.review import LONG_LIST, VERDICTS, Choices, FileReview, review_file
from integrations.enums import Bank, FileStatus
from integrations.feeds import DEFAULT_LIMITS
from integrations.importing import FileOutcome, Verdict, import_statement, receive_file
from integrations.models import StatementFile

PERMISSION: Final = "integrations.import_statement"
MAX_FILES: Final = 50
_ACCOUNT_PARAMETER: Final = "account."


class ManyFilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or many files, each of a size that can be read. Cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file on its own, named in the message that concerns it."""
        files: list[UploadedFile] = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MAX_FILES:
            raise ValidationError(
                gettext("These are %(count)s files; %(MAX_FILES)s at a time can be taken.")
                % {"count": len(files), "MAX_FILES": MAX_FILES}
            )
        limit = DEFAULT_LIMITS.max_bytes
        errors = [gettext("%(name)s is empty.") % {"name": file.name} for file in files if not file.size]
        errors += [
            gettext("%(name)s has %(size)s; a statement file has %(size2)s at most.")
            % {"name": file.name, "size": filesizeformat(file.size or 0), "size2": filesizeformat(limit)}
            for file in files
            if (file.size or 0) > limit
        ]
        if errors:
            raise ValidationError(errors)
        return files


class UploadForm(forms.Form):
    """Which files, whose, and what to do with accounts that are not known yet."""

    required_css_class = "required"

    statements = ManyFilesField(
        label=_("Statement files"),
        widget=ManyFilesInput(
            attrs={"accept": ".ofx,.qfx,.qbo,.csv,.txt,.xml,.sta,.mt940,.940,.942,.bai,.bai2,.qif,.xlsx"}
        ),
        help_text=_(
            "OFX, QFX, QBO, CSV, camt.053, MT940, BAI2, QIF or Excel as downloaded from the bank. You may "
            "choose several. "
            "25 MB each at most. Nothing is imported before you have seen what would be."
        ),
    )
    owner = PersonField(label=_("Customer's e-mail address"), help_text=_("Whose accounts these are."))
    bank = forms.ChoiceField(
        label=_("Bank"),
        required=False,
        choices=[("", _("As the file says")), *(choice for choice in Bank.choices if choice[0] != Bank.AGGREGATION)],
        help_text=_("Only needed where a file does not say which bank wrote it."),
    )
    create_accounts = forms.BooleanField(
        label=_("Link new accounts found in the files"),
        required=False,
        help_text=_("Otherwise an account that is not linked to this customer is refused."),
    )


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _actor(request: HttpRequest, reason: str = "") -> Actor:
    return Actor(acting_person(request).pk, "admin", reason)


@require_http_methods(["GET", "HEAD", "POST"])
def upload_view(request: HttpRequest) -> HttpResponse:
    """Hand in files. They are kept, and what would be imported is shown next."""
    _require_permission(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        kept = _receive(request, form)
        if kept:
            return HttpResponseRedirect(
                review_url(kept, bank=form.cleaned_data["bank"], create_accounts=form.cleaned_data["create_accounts"])
            )
    return TemplateResponse(
        request,
        "admin/integrations/statementfile/upload.html",
        {**admin.site.each_context(request), "title": gettext("Import statement files"), "form": form, "opts": _opts()},
    )


def _receive(request: HttpRequest, form: UploadForm) -> list[UUID]:
    """Keep each file; one that the database refuses is said and left out."""
    kept: dict[UUID, None] = {}
    for file in form.cleaned_data["statements"]:
        try:
            received = receive_file(
                data=file.read(),
                file_name=str(file.name),
                owner=form.cleaned_data["owner"],
                actor=_actor(request, "Handed in for review"),
            )
        except DomainError as error:
            messages.error(request, f"\u201c{file.name}\u201d: {error}")
            continue
        kept[received.pk] = None
    return list(kept)


@require_GET
def review_view(request: HttpRequest) -> HttpResponse:
    """What would be imported, row by row."""
    _require_permission(request)
    choices = _choices(request.GET)
    files = _files(request.GET.getlist("file"))
    reviews = [review_file(file, choices, _actor(request)) for file in files]
    importable = [review for review in reviews if review.can_import]
    return TemplateResponse(
        request,
        "admin/integrations/statementfile/review.html",
        {
            **admin.site.each_context(request),
            "title": gettext("Review before import"),
            "opts": _opts(),
            "reviews": reviews,
            "importable": importable,
            "new_rows": sum(review.new_rows for review in importable),
            "choices": choices,
            "verdict_links": _verdict_links(request.GET, reviews, choices),
            "all_url": _changed(request.GET, all="1"),
            "short_url": _changed(request.GET, all=None),
            "create_url": _changed(request.GET, create="1"),
            "no_create_url": _changed(request.GET, create=None),
            "kept_parameters": _kept(request.GET),
            "long_list": LONG_LIST,
            "describe_query": urlencode([pair for pair in _kept(request.GET) if "." not in pair[0]]),
            "may_describe": request.user.has_perm("integrations.add_statementprofile"),
            "has_unlinked": any(review.wants_new_accounts for review in reviews),
        },
    )


@require_POST
def confirm_view(request: HttpRequest) -> HttpResponse:
    """Import what was reviewed. A second click finds everything imported and adds nothing."""
    _require_permission(request)
    choices = _choices(request.POST)
    files = _files(request.POST.getlist("file"))
    for file in files:
        _import(request, file, choices)
    if len(files) == 1 and request.user.has_perm("integrations.view_statementfile"):
        return HttpResponseRedirect(admin_url("integrations.StatementFile", files[0].pk))
    if request.user.has_perm("integrations.view_statementfile"):
        return HttpResponseRedirect(list_url("integrations.StatementFile"))
    return HttpResponseRedirect(reverse("admin:integrations_statementfile_import"))


def _import(request: HttpRequest, file: StatementFile, choices: Choices) -> None:
    """Import one file and say what came of it."""
    if file.file_status == FileStatus.IMPORTED:
        messages.info(
            request,
            gettext("\u201c%(file_name)s\u201d was imported already; nothing was added.")
            % {"file_name": file.file_name},
        )
        return
    if file.content is None:
        messages.error(
            request,
            gettext("\u201c%(file_name)s\u201d is no statement that can be read; nothing was added.")
            % {"file_name": file.file_name},
        )
        return
    try:
        outcome = import_statement(
            data=bytes(file.content),
            file_name=file.file_name,
            owner=file.owner,
            actor=_actor(request, "Import confirmed after review"),
            bank=choices.bank or None,
            account=dict(choices.accounts).get(file.pk) or None,
            profile=dict(choices.profiles).get(file.pk) or None,
            create_accounts=choices.create_accounts,
        )
    except DomainError as error:
        messages.error(
            request,
            gettext("\u201c%(file_name)s\u201d was not imported: %(error)s")
            % {"file_name": file.file_name, "error": kept_text(str(error))},
        )
        return
    except DatabaseError as error:
        message = refusal_message(error)
        if message is None:
            raise
        messages.error(
            request,
            gettext("\u201c%(file_name)s\u201d was not imported: %(message)s")
            % {"file_name": file.file_name, "message": message},
        )
        return
    _report(request, outcome)


def _report(request: HttpRequest, outcome: FileOutcome) -> None:
    """Counts that add up, or why nothing was taken."""
    if outcome.status == FileStatus.REFUSED:
        reasons = " ".join(kept_text(problem.message) for problem in outcome.problems if problem.severity == "error")
        messages.error(
            request,
            gettext("\u201c%(file_name)s\u201d was refused, nothing is imported. %(reasons)s")
            % {"file_name": outcome.file_name, "reasons": reasons[:500]},
        )
        return
    counts = {
        name: sum(getattr(account, name) for account in outcome.accounts)
        for name in ("transactions", "imported", "duplicates", "changed", "repeated", "rejected")
    }
    text = gettext(
        "\u201c%(file)s\u201d: %(transactions)s rows = %(imported)s imported + %(duplicates)s known already + "
        "%(rejected)s rejected."
    ) % {"file": outcome.file_name, **counts}
    if counts["changed"] or counts["repeated"]:
        text += " " + gettext("Among the known: %(changed)s changed, %(repeated)s repeated.") % counts
    if outcome.status == FileStatus.PARTIAL:
        messages.warning(
            request,
            gettext("%(text)s Not everything could be taken: see the problems on the file's page.") % {"text": text},
        )
    else:
        messages.success(request, text)


# --- Addresses and their parameters


def review_url(
    files: Iterable[UUID],
    *,
    bank: str = "",
    create_accounts: bool = False,
    accounts: Sequence[tuple[UUID, str]] = (),
) -> str:
    """Address of the review of these files."""
    query: list[tuple[str, str]] = [("file", str(pk)) for pk in files]
    if bank:
        query.append(("bank", bank))
    if create_accounts:
        query.append(("create", "1"))
    query += [(f"{_ACCOUNT_PARAMETER}{pk}", account) for pk, account in accounts]
    return f"{reverse('admin:integrations_statementfile_review')}?{urlencode(query)}"


def _choices(query: QueryDict) -> Choices:
    """What the address says, unknown values left out."""
    bank, verdict = query.get("bank", ""), query.get("verdict", "")
    return Choices(
        bank=bank if bank in Bank.values else "",
        create_accounts=query.get("create") == "1",
        verdict=Verdict(verdict) if verdict in set(Verdict) else None,
        show_all=query.get("all") == "1",
        accounts=_by_file(query, _ACCOUNT_PARAMETER),
        profiles=_by_file(query, PROFILE_PARAMETER),
    )


def _by_file(query: QueryDict, prefix: str) -> dict[UUID, str]:
    """The ids that the address gives for single files."""
    found = {}
    for name in query:
        file_id = as_uuid(name.removeprefix(prefix)) if name.startswith(prefix) else None
        value = as_uuid(str(query[name])) if file_id else None
        if file_id and value:
            found[file_id] = str(value)
    return found


def _files(ids: Sequence[str]) -> list[StatementFile]:
    """The files in the order of the address. Raises Http404 where one is missing, or none is named."""
    wanted = list(dict.fromkeys(as_uuid(text) for text in ids[:MAX_FILES]))
    found = {file.pk: file for file in StatementFile.objects.filter(pk__in=wanted).select_related("owner")}
    if not wanted or any(pk not in found for pk in wanted):
        raise Http404(gettext("There is no such file."))
    return [found[pk] for pk in wanted if pk]


def _changed(query: QueryDict, **changes: str | None) -> str:
    """The same page with other parameters."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return f"?{changed.urlencode()}"


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """Parameters that a confirmation must repeat, beside the files."""
    return [
        (name, str(query[name]))
        for name in query
        if name in {"bank", "create"} or name.startswith((_ACCOUNT_PARAMETER, PROFILE_PARAMETER))
    ]


def _verdict_links(
    query: QueryDict, reviews: Sequence[FileReview], choices: Choices
) -> Sequence[tuple[Text, int, str, bool]]:
    """(text, rows, address, is current) of the filter by verdict, over all files."""
    counts = dict.fromkeys(VERDICTS, 0)
    for review in reviews:
        for account in review.accounts:
            for row in account.outcome.rows:
                counts[row.verdict] += 1
    links: list[tuple[Text, int, str, bool]] = [
        (gettext("All rows"), sum(counts.values()), _changed(query, verdict=None), choices.verdict is None)
    ]
    return links + [
        (VERDICTS[verdict][0], count, _changed(query, verdict=verdict.value), choices.verdict == verdict)
        for verdict, count in counts.items()
        if count or choices.verdict == verdict
    ]


def _opts() -> Any:
    return StatementFile._meta
