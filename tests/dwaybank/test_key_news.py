"""Who keeps the settings hears of a rotation that is not ended and of a key that has served for a year."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from dwaybank.key_news import key_news, tell_of_keys
from dwaybank.models import AuditSeal, Notification
from dwaybank.roles import sync_roles
from dwaybank.secret_keys import key_source
from integrations.models import BankConnection
from tests.compliance.suspicion.planting import member
from tests.factories import BankConnectionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sealed(month: date, key_id: str) -> None:
    """A seal of that month."""
    AuditSeal.objects.create(
        id=month.toordinal(),
        month=month,
        position=1,
        first_txid=1,
        next_txid=2,
        cluster="",
        covered_id=0,
        event_ids=[1],
        event_hashes=b"e" * 32,
        previous_hash=b"p" * 32,
        hash=b"h" * 32,
        key_id=key_id,
        signature=b"",
        sealed_at=datetime(month.year, month.month, 15, tzinfo=UTC),
    )


def test_a_key_that_has_served_for_a_year_is_told_once_a_month() -> None:
    sync_roles()
    operator, _other = member("Integration operator"), member("Auditor")
    newest = key_source().key_ids()[0]
    sealed(date(2025, 9, 1), "an-older-one")
    sealed(date(2025, 10, 1), newest)

    assert list(key_news(NOW - timedelta(days=31))) == []
    (news,) = key_news(NOW)
    assert newest in str(news.what)
    assert [tell_of_keys(key_news(NOW + timedelta(days=days))) for days in (0, 3, 20)] == [
        1,
        0,
        1,
    ]
    assert set(Notification.objects.values_list("recipient", flat=True)) == {operator.pk}


def test_a_rotation_that_is_not_ended_is_told_and_ends() -> None:
    sync_roles()
    member("Integration operator")
    newest = key_source().key_ids()[0]
    connection = BankConnectionFactory.create()
    BankConnection.objects.filter(pk=connection.pk).update(encrypted_access_token="v1:older:c2VjcmV0")

    out = StringIO()
    call_command("check_keys", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["told"] == 1
    assert "rotate_encryption_keys" in said["due"][0]
    assert Notification.objects.get().url.startswith("/admin/")

    BankConnection.objects.filter(pk=connection.pk).update(encrypted_access_token="")
    assert not [news for news in key_news(timezone.now()) if news.occasion.startswith(f"unfinished:{newest}")]
