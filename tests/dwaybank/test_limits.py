"""Who asks too often is told when to try again; the count is one for all processes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.admin.display import list_url
from dwaybank.limits import full_until
from dwaybank.models import User
from dwaybank.rates import Rate, rate_of
from tests.factories import UserFactory

ACCOUNTS = list_url("dwaybank.Account")


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who may do all of it."""
    return UserFactory.create(email="often@dwaybank.example", staff=True, is_superuser=True)


def requests_of(client: Client) -> dict[str, Callable[[], object]]:
    """One request of each limited kind."""
    upload = reverse("admin:integrations_statementfile_import")
    return {
        "export": lambda: client.get(f"{ACCOUNTS}csv/"),
        "search": lambda: client.get(ACCOUNTS, {"q": str(uuid4())}),
        "upload": lambda: client.post(upload, {"files": SimpleUploadedFile("a.csv", b"x")}),
        "json": lambda: client.get(reverse("admin:inbox_count")),
        "webhook": lambda: client.post(f"/webhooks/rbc/{uuid4()}/", b"{}", content_type="application/json"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["export", "search", "upload", "json", "webhook"])
def test_who_asks_too_often_is_told_when_to_try_again(
    kind: str, staff: User, client: Client, settings: LazySettings
) -> None:
    settings.REQUEST_LIMITS = {kind: Rate(2, 600)}
    client.force_login(staff)
    ask = requests_of(client)[kind]

    answers = [ask() for _ in range(3)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, True]  # type: ignore[attr-defined]
    assert 595 < int(answers[-1]["Retry-After"]) <= 600  # type: ignore[index]
    if kind not in {"json", "webhook"}:
        assert "Try again after" in answers[-1].content.decode()  # type: ignore[attr-defined]
        assert client.get(ACCOUNTS).status_code == 200, "all else goes on"


@pytest.mark.django_db
def test_each_person_has_their_own_count_and_a_window_ends(staff: User) -> None:
    now, rate = timezone.now(), Rate(1, 60)

    assert full_until("search", "a", rate, now) is None
    assert full_until("search", "b", rate, now) is None
    assert full_until("search", "a", rate, now + timedelta(seconds=59)) == now + timedelta(seconds=60)
    assert full_until("search", "a", rate, now + timedelta(seconds=60)) is None


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_between_processes() -> None:
    now, rate = timezone.now(), Rate(20, 60)

    def ask(_number: int) -> bool:
        try:
            return full_until("export", "somebody", rate, now) is None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(30))) == 20


@pytest.mark.parametrize("text", ["", "60", "0/m", "60/0m", "60/10d", "-1/m", "many/m"])
def test_what_is_no_rate_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="60/10m"):
        rate_of(text)


def test_rates_as_they_are_written() -> None:
    assert (rate_of("60/10m"), rate_of("5/s"), rate_of("off")) == (Rate(60, 600), Rate(5, 1), None)
