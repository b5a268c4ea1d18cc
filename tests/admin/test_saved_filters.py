"""Saved filters: on every list and queue, each person's own, shared with a role if they like."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dwaybank.admin.display import list_url
from dwaybank.models import AuditEvent, SavedFilter, User
from reconciliation.admin import conflict_queue
from reconciliation.admin.queue import queue_url

LIST = list_url("integrations.BankTransaction")
QUERY = "transaction_type=debit&q=merchant%3Atim&p=3"


def send(client: Client, do: str, page: str = LIST, query: str = QUERY, **fields: str) -> str:
    """What the page says after one of the forms."""
    answer = client.post(
        reverse("admin:saved_filters"), {"do": do, "page": page, "query": query, **fields}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def reviewer(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Reconciliation reviewer")


def test_a_filter_is_kept_under_its_name_and_stands_on_its_list(reviewer: Client) -> None:
    html = send(reviewer, "keep", name=" Coffee ")

    row = SavedFilter.objects.get()
    assert (row.name, row.page, row.query) == ("Coffee", LIST, "transaction_type=debit&q=merchant%3Atim")
    link = f'<a href="{LIST}?transaction_type=debit&amp;q=merchant%3Atim" aria-current="page">Coffee'
    assert link in " ".join(html.split()), "where somebody stood in the list is no part of it"
    assert "Coffee" in reviewer.get(LIST).content.decode()
    assert "Coffee" not in reviewer.get(list_url("integrations.BankStatement")).content.decode()
    event = AuditEvent.objects.get(table_name="saved_filters")
    assert (event.action, event.actor_id, event.new_values["name"]) == ("INSERT", row.owner_id, "Coffee")

    assert "choose another name" in send(reviewer, "keep", name="Coffee")
    assert "Give the filter a name." in send(reviewer, "keep", name=" ")
    assert "is deleted" in send(reviewer, f"forget:{row.pk}")
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "page",
    [LIST, queue_url(""), conflict_queue.queue_url("")],
    ids=["a list", "the queue of mappings", "the queue of balances"],
)
def test_a_list_begins_with_the_default_until_its_owner_asks_for_all(reviewer: Client, page: str) -> None:
    page = page.rstrip("?")
    send(reviewer, "keep", page, "transaction_type=debit", name="First", default="1")
    send(reviewer, "keep", page, "transaction_type=credit", name="Second", default="1")

    first, second = SavedFilter.objects.order_by("name")
    assert (first.is_default, second.is_default) == (False, True)
    answer = reviewer.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?transaction_type=credit")
    assert reviewer.get(f"{page}?all=", follow=True).status_code == 200
    send(reviewer, f"end:{second.pk}", page)
    assert reviewer.get(page).status_code == 200
    send(reviewer, f"begin:{first.pk}", page)
    assert reviewer.get(page)["Location"] == f"{page}?transaction_type=debit"
    assert reviewer.get(page, headers={"Referer": f"http://testserver{page}?transaction_type=debit"}).status_code == 200


def test_a_filter_is_shared_with_a_role_of_ones_own_and_nobody_elses_is_touched(
    reviewer: Client, sign_in: Callable[[str], Client]
) -> None:
    owner = User.objects.get(email__startswith="reconciliation")
    role = owner.groups.get()
    other, stranger = sign_in("Approver"), sign_in("Auditor")
    send(reviewer, "keep", name="Ours", role=str(role.pk))
    row = SavedFilter.objects.get()
    User.objects.get(email__startswith="approver").groups.add(role)

    assert "Ours" in other.get(LIST).content.decode()
    assert "Ours" not in stranger.get(LIST).content.decode()
    for act in ("forget", "begin", "share"):
        assert "no such filter of yours" in send(other, f"{act}:{row.pk}")
    assert "a role of your own" in send(stranger, "keep", name="Theirs", role=str(role.pk))
    assert "Only you see" in send(reviewer, f"share:{row.pk}")
    assert "Ours" not in other.get(LIST).content.decode()
    assert f'value="share:{row.pk}:{role.pk}"' in reviewer.get(LIST).content.decode()
    assert "Everybody with the role" in send(reviewer, f"share:{row.pk}:{role.pk}")
    assert "Ours" in other.get(LIST).content.decode()
    assert list(SavedFilter.objects.values_list("name", "is_default")) == [("Ours", False)]


def test_only_lists_of_this_site_have_filters(reviewer: Client) -> None:
    for page in ("//evil.example/", "https://evil.example/", "/admin/inbox/", "/admin/", "/accounts/login/", ""):
        answer = reviewer.post(reverse("admin:saved_filters"), {"do": "keep", "page": page, "name": "x"})
        assert answer.status_code == 404, page
    answer = reviewer.post(reverse("admin:saved_filters"), {"do": "burn:1", "page": LIST, "name": "x"})
    assert answer.status_code == 404
    assert "too long" in send(reviewer, "keep", name="x", query="q=" + "a" * 3000)
    for number in range(20):
        send(reviewer, "keep", name=f"n{number}")
    assert "delete one first" in send(reviewer, "keep", name="one more")
