"""Any list as CSV: what the list shows, nothing secret, no formula, and written down."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.admin.display import list_url
from dwaybank.admin.exporting import csv_value
from dwaybank.models import ReadEvent
from integrations.admin.error_triage import triage_url
from integrations.models import BankTransaction
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.queue import queue_url
from tests.admin.test_screens import MODELS
from tests.admin.world import CANARIES, Corner
from tests.factories import IntegrationErrorFactory


def csv_url(label: str, query: str = "") -> str:
    """Address of the CSV of a list."""
    return f"{list_url(label)}csv/" + (f"?{query}" if query else "")


def exported(client: Client, url: str) -> list[list[str]]:
    """The lines, taken apart."""
    answer: Any = client.get(url)
    assert answer.status_code == 200, url
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_every_list_gives_its_rows_and_no_secret(root: Client, corners: list[Corner]) -> None:
    for model in MODELS:
        label = model._meta.label
        lines = exported(root, csv_url(label))
        text = "\n".join(map("\t".join, lines))

        assert len(lines) > 1 or not model._default_manager.exists(), label
        assert {len(line) for line in lines} == {len(lines[0])}, label
        assert not [canary for canary in CANARIES if canary in text], label
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@", "\t"))], label
        assert "<span" not in text, label
    assert ReadEvent.objects.filter(what="export").count() == len(MODELS)


def test_filters_and_figures(root: Client, corners: list[Corner]) -> None:
    rows = exported(root, csv_url("integrations.BankTransaction", "processing_status__exact=mapped"))
    expected = BankTransaction.objects.filter(processing_status="mapped")

    assert {row[0] for row in rows[1:]} == {str(one.pk) for one in expected}
    assert all("2026-10-05" in row and any(cell == "-12.35" for cell in row) for row in rows[1:])


def test_who_may_not_see_a_list_gets_none_of_it(sign_in: Callable[[str], Client], corners: list[Corner]) -> None:
    client = sign_in("Administrator")

    assert client.get(csv_url("integrations.BankTransaction")).status_code == 403
    assert not ReadEvent.objects.filter(what="export").exists()


def test_too_many_rows_are_refused_and_not_cut(
    root: Client, corners: list[Corner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dwaybank.admin.exporting.MAX_EXPORTED", 1)

    answer = root.get(csv_url("integrations.BankTransaction"), follow=True)

    assert answer.redirect_chain[0][0] == list_url("integrations.BankTransaction")
    assert "Nothing was exported" in answer.content.decode()
    assert not ReadEvent.objects.filter(what="export").exists()


def test_a_look_at_sensitive_rows_names_them(root: Client, one_corner: Corner) -> None:
    exported(root, csv_url("compliance.ComplianceReport"))

    assert ReadEvent.objects.get(what="export").row_ids == [str(one_corner.report.pk)]


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert not csv_value(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("page", [queue_url("whose=all"), conflicts_url("whose=all"), triage_url()])
def test_each_queue_gives_all_that_wait(page: str, root: Client, one_corner: Corner) -> None:
    IntegrationErrorFactory.create(resolution_status="new")
    html = root.get(page).content.decode()
    (address,) = re.findall(r'class="list-link" href="([^"]+/csv/[^"]+)"', html)

    lines = exported(root, address.replace("&amp;", "&"))

    assert len(lines) >= 2
    assert ReadEvent.objects.filter(what="export").count() == 1


def test_each_screen_offers_it(root: Client, one_corner: Corner) -> None:
    html = root.get(list_url("integrations.BankTransaction", "processing_status__exact=mapped")).content.decode()

    assert f'href="{csv_url("integrations.BankTransaction", "processing_status__exact=mapped")}"' in html
