"""Persons and entities as the bank knew them, as reports take them over: to read, to enter, to correct."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from compliance.admin.typed import TypedScreen
from compliance.admin.visibility import visible_parties
from compliance.entering.parties import (
    ADDRESS,
    COLUMNS,
    CONTACT,
    DOCUMENT,
    DOCUMENTS,
    ENTITY,
    JSON_COLUMNS,
    OWNERS,
    PERSON,
    PartyForm,
)
from compliance.fintrac.rules.private_numbers import holds_social_insurance_number
from compliance.models import Party
from compliance.parties import newest_by_key, suggested
from dwaybank.admin import columns
from dwaybank.admin.base import as_uuid

_NAME: Final = columns.column("name", str, label=gettext_lazy("name"))
_OF_DOCUMENTS: Final = tuple(f"document{number}_{name}" for number in DOCUMENTS for name in DOCUMENT)
_REGISTRATION: Final = ("registration_type", "registration_number", "registration_country", "registration_province")
_FROM: Final = "from"
_MOST_KEYS: Final = 50


@admin.register(Party)
class PartyScreen(TypedScreen):
    """Persons and entities as the bank knew them."""

    can_add = True
    form = PartyForm
    editable_fields = (
        *COLUMNS,
        *ADDRESS,
        *_OF_DOCUMENTS,
        "employer_name",
        "authorized",
        *_REGISTRATION,
        *OWNERS,
    )
    reads_logged = True
    list_display = (
        _NAME,
        "kind",
        columns.code("party_key", label=gettext_lazy("key")),
        columns.time("as_of", label=gettext_lazy("known as of"), sort="as_of"),
        columns.link("user", "dwaybank.User", label=gettext_lazy("customer")),
    )
    list_filter = ("kind",)
    filter_columns = ("party_key", "user")
    list_select_related = ("user",)
    sorted_only_when_small = True
    ordering = ("party_key", "-as_of")
    uuid_search = ("pk", "user_id")
    text_search = ("party_key", "surname", "entity_name")
    search_help_text = gettext_lazy("A whole key, surname or name of an entity, or an id.")
    sections = (
        (
            "",
            (
                "kind",
                columns.code("party_key", label=gettext_lazy("key")),
                columns.link("user", "dwaybank.User", label=gettext_lazy("customer")),
                columns.time("as_of", label=gettext_lazy("known as of")),
            ),
        ),
        (gettext_lazy("Person"), (*PERSON, columns.json("employer"))),
        (
            gettext_lazy("Entity"),
            (*ENTITY, columns.json("authorized_persons"), columns.json("registrations"), columns.json("ownership")),
        ),
        (
            gettext_lazy("Contact and identification"),
            (*CONTACT, columns.json("address"), columns.json("identifications")),
        ),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )
    typed_sections = (
        ("", ("kind", "party_key", "user")),
        (gettext_lazy("Person"), (*PERSON, "employer_name")),
        (gettext_lazy("Entity"), (*ENTITY, "authorized", *_REGISTRATION)),
        (gettext_lazy("Who owns or runs the entity"), tuple(OWNERS)),
        (gettext_lazy("Address"), tuple(ADDRESS)),
        (gettext_lazy("Contact"), CONTACT),
        (gettext_lazy("Identification"), _OF_DOCUMENTS),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without those that may not be known."""
        return super().get_queryset(request) & visible_parties(request.user)

    def get_urls(self) -> list[URLPattern]:
        """And what fields of keys ask while somebody types."""
        view = self.admin_site.admin_view(suggest_view)
        return [path("suggest/", view, name="compliance_party_suggest"), *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new snapshot begins with the one that the address names; a customer's with its key."""
        initial = {name: value for name, value in request.GET.items() if name in ("party_key", "user", "kind")}
        known = as_uuid(request.GET.get(_FROM, ""))
        if known and (party := self.get_queryset(request).filter(pk=known).first()):
            form = PartyForm(instance=party)
            initial |= {name: form.initial[name] for name in form.initial if name in form.fields}
        return initial

    def prepare_change(self, request: HttpRequest, obj: Any, form: Any) -> set[str]:
        """What the fields of the JSON columns say."""
        return set(JSON_COLUMNS)

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """To a new snapshot of the same party: records that name the old one keep it."""
        if not self.has_add_permission(request):
            return []
        url = reverse("admin:compliance_party_add")
        return [(_("Known anew: a new snapshot"), f"{url}?{urlencode({_FROM: str(row.pk)})}")]


@require_POST
def suggest_view(request: HttpRequest) -> JsonResponse:
    """Parties whose key or name begins as what was ``typed``, and who the ``keys`` are; none that this person may not
    know of. By POST, so that no name comes into an address or a log."""
    if not request.user.has_perm("compliance.view_party"):
        raise PermissionDenied
    typed = request.POST.get("typed", "")[:100]
    if holds_social_insurance_number(typed):
        return JsonResponse(
            {"problem": _("This looks like a social insurance number: it is never typed here. Remove it.")}, status=400
        )
    known = visible_parties(request.user)
    keys = [key.strip() for key in request.POST.get("keys", "").replace("|", ",").split(",")][:_MOST_KEYS]
    named = newest_by_key(known.filter(party_key__in=keys).values_list("party_key", flat=True))
    return JsonResponse(
        {
            "parties": [_described(one) for one in suggested(known, typed)],
            "named": {key: str(one) for key, one in named.items()},
        }
    )


def _described(party: Party) -> dict[str, str]:
    born = _("born %(day)s") % {"day": party.date_of_birth} if party.date_of_birth else ""
    about = (str(party.get_kind_display()), born, str(party.address.get("city") or ""))
    return {"key": party.party_key, "name": str(party), "about": ", ".join(filter(None, about))}
