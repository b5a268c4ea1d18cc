"""Every screen in French: no English is left on it but what people and banks wrote."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

import polib
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import override

from compliance.admin.report_page import report_url
from compliance.models import ComplianceReport
from dwaybank.admin.display import admin_url, list_url
from dwaybank.admin.refusals import refusal_message
from dwaybank.figures import gather_figures
from dwaybank.models import AuditEvent, User
from integrations.enums import Bank
from reconciliation.admin.conflict_queue import conflict_url
from reconciliation.admin.queue import work_url
from reconciliation.models import BalanceConflict, MappingProposal
from tests.admin.test_screens import MODELS
from tests.admin.world import Corner, first_row
from tests.factories import IntegrationErrorFactory
from tests.translations.catalogues import APPS, french_of, po_path

_READ: Final = ("title", "aria-label", "alt", "placeholder")


class _Page(HTMLParser):
    """What is read on a page; data, code and what says its own language are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        silent = tag in {"script", "style", "code", "textarea", "svg"} or known.get("lang") == "en-ca"
        silent = silent or bool(_DATA & set((known.get("class") or "").split()))
        if silent or (self._within and tag == self._within[-1]):
            self._within.append(tag)
        value = [known["value"]] if tag == "input" and known.get("type") in {"submit", "button"} else []
        self.texts += [text for text in [*(known.get(name) for name in _READ), *value] if text]

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and data.strip():
            self.texts.append(" ".join(data.split()))


def english_texts() -> set[str]:
    """English texts that have another French."""
    entries = [entry for app in APPS for entry in polib.pofile(str(po_path(app)))]
    return {
        text
        for entry in entries
        for text, french in zip([entry.msgid, entry.msgid_plural or entry.msgid], french_of(entry), strict=False)
        if text.casefold() != french.casefold()
        for text in (text, capfirst(text))
    } - {french for entry in entries for french in french_of(entry)}


def left_in_english(html: str, english: set[str]) -> set[str]:
    """Texts of the page that a translation should have replaced."""
    page = _Page()
    page.feed(html)
    return {text for text in page.texts if text.strip(" :\u00a0") in english}


# what banks wrote, and keys: the same in every language
_DATA: Final = {"old", "new", "facts", "as-written", "long-text"}


def kept_words() -> set[str]:
    """Words that rows hold and screens show as they are: names of tables and columns, and of banks."""
    metas = [model._meta for model in MODELS]
    return {
        *(meta.db_table for meta in metas),
        *(field.column for meta in metas for field in meta.concrete_fields),
        *Bank.labels,
        *("chequing", "posted", "manual"),  # of accounts and transactions, by the services that keep them
    }


def test_no_screen_has_english_left(root: Client, superuser: User, one_corner: Corner) -> None:
    superuser.language = "fr-ca"
    superuser.save(update_fields=["language"])
    gather_figures(now=timezone.now())
    names = ("account_login", "mfa_index", "admin:inbox", "admin:inbox_settings", "admin:index")
    names += ("admin:integrations_statementfile_import", "admin:integrations_integrationerror_triage")
    names += ("admin:reconciliation_balanceconflict_statistics", "admin:compliance_suspicionalert_measures")
    names += ("admin:integrations_bankconnection_connect", "admin:dwaybank_retentionplan_due")
    pages = [reverse(name) for name in names]
    pages += [work_url(first_row(MappingProposal).pk, "whose=all"), conflict_url(first_row(BalanceConflict).pk)]
    pages += [report_url(first_row(ComplianceReport).pk)]
    for model in MODELS:
        if model._default_manager.exists():
            label, row = model._meta.label, first_row(model)
            pages += [list_url(label), admin_url(label, row.pk)]

    english = english_texts() - kept_words()
    found = {}
    for url in pages:
        html = root.get(url, follow=True).content.decode()
        assert '<html lang="fr-ca"' in html, url
        found |= dict.fromkeys(left_in_english(html, english), url)
    assert found == {}, found


def test_what_rows_keep_and_what_the_database_raises_is_read_in_french(root: Client, superuser: User) -> None:
    superuser.language = "fr-ca"
    superuser.save(update_fields=["language"])
    error = IntegrationErrorFactory.create(error_message="may.csv, line 7: The amount is blank.")
    page = root.get(admin_url("integrations.IntegrationError", error.pk)).content.decode()
    listed = root.get(list_url("integrations.IntegrationError")).content.decode()
    assert all("may.csv, ligne 7\u00a0: Le montant est vide." in html for html in (page, listed))

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        AuditEvent.objects.all().delete()
    with override("fr-ca"):
        assert refusal_message(refused.value) == (
            "Les événements d\u2019audit ne sont jamais modifiés ni supprimés. Ce qui était faux se corrige par une "
            "nouvelle modification, consignée elle aussi."
        )
