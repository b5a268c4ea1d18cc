"""Parties: snapshots of persons and entities."""

from __future__ import annotations

from django.contrib import admin

from compliance.models import Party
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin

_NAME = columns.column("name", str, label="name")


@admin.register(Party)
class PartyScreen(BackOfficeModelAdmin):
    """Persons and entities as the bank knew them."""

    list_display = (
        _NAME,
        "kind",
        columns.code("party_key", label="key"),
        columns.time("as_of", label="known as of", sort="as_of"),
        columns.link("user", "dwaybank.User", label="customer"),
    )
    list_filter = ("kind",)
    filter_columns = ("party_key", "user")
    list_select_related = ("user",)
    sorted_only_when_small = True
    ordering = ("party_key", "-as_of")
    uuid_search = ("pk", "user_id")
    text_search = ("party_key", "surname", "entity_name")
    search_help_text = "A whole key, surname or name of an entity, or an id."
    sections = (
        (
            "",
            (
                "kind",
                columns.code("party_key", label="key"),
                columns.link("user", "dwaybank.User", label="customer"),
                columns.time("as_of", label="known as of"),
            ),
        ),
        (
            "Person",
            (
                "surname",
                "given_name",
                "other_name",
                "alias",
                "date_of_birth",
                "country_of_residence",
                "country_of_citizenship",
                "occupation",
                columns.json("employer"),
            ),
        ),
        (
            "Entity",
            (
                "entity_name",
                "nature_of_business",
                "structure_code",
                columns.json("authorized_persons"),
                columns.json("registrations"),
                columns.json("ownership"),
            ),
        ),
        (
            "Contact and identification",
            (
                "client_number",
                "telephone",
                "extension",
                "email",
                columns.json("address"),
                columns.json("identifications"),
            ),
        ),
        ("Record", (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )
