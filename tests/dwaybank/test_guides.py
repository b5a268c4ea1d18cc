"""The guides: whole in both languages, true to the screens, and reached from the page that one stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import polib
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver, reverse

from dwaybank.admin.help import registered_help
from dwaybank.guides import FOLDER, GUIDES, LANGUAGES, guide
from dwaybank.roles import ROLES, sync_roles
from tests.factories import UserFactory
from tests.translations.catalogues import APPS, french_of, po_path

each = pytest.mark.parametrize(("language", "name"), [(one, name) for one in LANGUAGES for name in GUIDES])


def test_every_role_has_its_guide() -> None:
    assert [role for role, _title in GUIDES.values()] == [role.name for role in ROLES]


@each
def test_links_and_pictures_lead_somewhere(language: str, name: str) -> None:
    text = (FOLDER / language / f"{name}.md").read_text("utf-8")
    body = str(guide(name, language).body)

    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (FOLDER / language / target.partition("#")[0]).exists(), target
    # relative links would lead nowhere in the admin
    assert ".md" not in body
    assert "../" not in body
    assert len(guide(name, language).chapters) == len(guide(name, "en").chapters) == body.count('id="chapter-')


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        found
        for language in LANGUAGES
        for path in (FOLDER / language).glob("*.md")
        for found in re.findall(r"\.\./images/([\w/-]+\.png)", path.read_text("utf-8"))
    }

    assert {str(path.relative_to(FOLDER / "images")) for path in FOLDER.glob("images/*/*.png")} == shown


@lru_cache(maxsize=1)
def said_on_screens() -> dict[str, set[str]]:
    """What the screens say, by language, without capitals."""
    found: dict[str, set[str]] = {"en": set(), "fr": set()}
    for app in APPS:
        for entry in polib.pofile(str(po_path(app))):
            found["en"] |= {entry.msgid.casefold(), entry.msgid_plural.casefold()}
            found["fr"] |= {text.casefold() for text in french_of(entry)}
    # a user and a group are Django's own words
    return {"en": found["en"] | {"add", "history"}, "fr": found["fr"] | {"ajouter", "historique"}}


@each
def test_what_is_named_in_bold_is_said_on_a_screen(language: str, name: str) -> None:
    named = set(re.findall(r"\*\*(.+?)\*\*", (FOLDER / language / f"{name}.md").read_text("utf-8")))

    assert sorted(one for one in named if one.casefold() not in said_on_screens()[language]) == []


def test_every_help_leads_to_a_chapter_and_comes_from_a_page() -> None:
    pages = {str(name) for name in _names(get_resolver())}

    for page, known in registered_help().items():
        assert any(name.startswith(page) for name in pages), page
        for _permission, name, chapter in known:
            assert 1 <= chapter <= len(guide(name, "en").chapters)


def _names(resolver: object) -> Iterator[object]:
    for one in resolver.url_patterns:  # type: ignore[attr-defined]
        if hasattr(one, "url_patterns"):
            yield from _names(one)
        elif one.name:
            yield one.name


@pytest.mark.django_db
def test_help_follows_the_page_the_role_and_the_language(client: Client) -> None:
    sync_roles()
    person = UserFactory.create(staff=True, language="fr-ca")
    person.groups.add(Group.objects.get(name="Reconciliation reviewer"))
    client.force_login(person)

    queue = client.get(reverse("admin:reconciliation_mappingproposal_queue"))
    home = client.get(reverse("admin:index"))
    guide_page = client.get(reverse("admin:help_guide", args=["reconciliation-reviewer"]))
    guides = client.get(reverse("admin:help"))

    assert queue.context["help_url"].endswith("/help/reconciliation-reviewer/#chapter-3")
    assert home.context["help_url"].endswith("/help/reconciliation-reviewer/#chapter-1")
    assert "plan de travail" in guide_page.content.decode()
    assert guides.context["guides"][0][0] == reverse("admin:help_guide", args=["reconciliation-reviewer"])
    assert client.get(reverse("admin:help_guide", args=["nobody"])).status_code == 404
    assert client.get("/admin/help/pictures/en/no-such.png").status_code == 404


@pytest.mark.django_db
def test_help_is_for_staff_alone(client: Client) -> None:
    addresses = [reverse("admin:help"), reverse("admin:help_guide", args=["auditor"]), "/admin/help/pictures/en/a.png"]

    assert {client.get(one).status_code for one in addresses} == {302}
