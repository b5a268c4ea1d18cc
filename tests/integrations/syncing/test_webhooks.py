"""Webhooks over HTTP: what is accepted is worked on once, everything else is counted and never processed."""

from __future__ import annotations

import hashlib
import hmac
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.models import AuditEvent, SystemConfig
from integrations.connecting import NewWebhook, make_webhook
from integrations.models import BankConnection, BankWebhook, SyncRequest, WebhookDelivery
from integrations.syncing.due import dispatch
from integrations.webhooks.receiving import MAX_BODY
from tests.integrations.syncing.bank import FakeBank, row
from tests.queueing import run_jobs

BODY = b'{"type": "NEW_DATA", "notificationId": "n-1"}'


@pytest.fixture
def hook(connection: BankConnection) -> NewWebhook:
    """The connection's webhook, with its secrets."""
    return make_webhook(connection, base_url="https://dwaybank.example", actor=Actor(None, "test"))


def signed(
    hook: NewWebhook, body: bytes = BODY, *, identity: str = "", age: float = 0, secret: str = ""
) -> dict[str, str]:
    """Headers as a bank signs them."""
    identity, stamp = identity or uuid4().hex, str(int(time.time() - age))
    key = (secret or hook.signing.reveal()).encode()
    digest = hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Webhook-Id": identity, "X-Webhook-Timestamp": stamp, "X-Webhook-Signature": f"sha256={digest}"}


def post(hook: NewWebhook, body: bytes, headers: dict[str, str], *, bank: str = "rbc", **options: Any) -> int:
    url = f"/webhooks/{bank}/{hook.webhook_id}/"
    return Client().post(url, body, content_type="application/json", headers=headers, **options).status_code


def verdicts() -> list[str]:
    return list(WebhookDelivery.objects.order_by("received_at", "pk").values_list("verdict", flat=True))


@pytest.mark.django_db
class TestOne:
    def test_an_accepted_one_is_kept_as_it_came_and_brings_a_sync(
        self, bank: FakeBank, connection: BankConnection, hook: NewWebhook
    ) -> None:
        bank.booked = {"acc-1": [row("a", "-1.00")]}
        headers = signed(hook)
        assert post(hook, BODY, headers) == 200

        delivery = WebhookDelivery.objects.get()
        assert (bytes(delivery.body or b""), delivery.processed_at) == (BODY, None)
        run_jobs()
        delivery.refresh_from_db()
        assert delivery.event_type == "NEW_DATA"
        assert delivery.sync_request is not None
        assert (delivery.sync_request.reason, delivery.sync_request.request_status) == ("webhook", "completed")

        # the same event again, and with a changed time, which its signature does not cover
        assert post(hook, BODY, headers) == 200
        assert post(hook, BODY, {**headers, "X-Webhook-Timestamp": str(int(time.time()) + 1)}) == 401
        assert verdicts() == ["accepted", "duplicate", "bad_signature"]
        run_jobs()
        assert SyncRequest.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "status", "verdict"),
        [
            ({"body": BODY + b" "}, 401, "bad_signature"),
            ({"headers": {}}, 401, "bad_signature"),
            ({"secret": "guessed"}, 401, "bad_signature"),
            ({"age": 301}, 401, "stale"),
            ({"age": -3600}, 401, "stale"),
            ({"body": b"x" * (MAX_BODY + 1)}, 413, "oversized"),
            ({"hook": {"webhook_status": "inactive"}}, 403, "inactive"),
            ({"hook": {"expires_at": timezone.now() - timedelta(seconds=1)}}, 403, "inactive"),
        ],
        ids=["changed", "unsigned", "other secret", "old", "from the future", "too large", "inactive", "expired"],
    )
    def test_what_is_refused_is_counted_without_its_bytes_and_never_processed(
        self, hook: NewWebhook, change: dict[str, Any], status: int, verdict: str
    ) -> None:
        BankWebhook.objects.update(**change.get("hook", {"consecutive_failures": 0}))
        headers = signed(hook, age=change.get("age", 0), secret=change.get("secret", ""))
        assert post(hook, change.get("body", BODY), change.get("headers", headers)) == status

        delivery = WebhookDelivery.objects.get()
        assert (delivery.verdict, delivery.body, delivery.processed_at) == (verdict, None, None)
        assert delivery.verdict_reason
        webhook = BankWebhook.objects.get()
        assert (webhook.events_received, webhook.consecutive_failures, webhook.last_successful_event_at) == (1, 1, None)
        assert run_jobs() == []
        assert not SyncRequest.objects.exists()
        # nor does a stranger fill the audit
        assert not AuditEvent.objects.filter(
            table_name="bank_webhooks", action="UPDATE", changed_columns__contains=["events_received"]
        )

    def test_another_banks_address_and_a_disconnected_one_are_unknown(
        self, connection: BankConnection, hook: NewWebhook
    ) -> None:
        assert post(hook, BODY, signed(hook), bank="td") == 404
        BankConnection.objects.update(deleted_at=timezone.now())
        assert post(hook, BODY, signed(hook)) == 404
        assert not WebhookDelivery.objects.exists()

    def test_the_banks_question_is_answered_only_with_its_token(self, hook: NewWebhook) -> None:
        BankWebhook.objects.update(webhook_status="pending")
        url = f"/webhooks/rbc/{hook.webhook_id}/"
        assert Client().get(url, {"token": "guess", "challenge": "abc"}).status_code == 404
        answer = Client().get(url, {"token": hook.verification.reveal(), "challenge": "abc"})
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (
            200,
            b"abc",
            "text/plain; charset=utf-8",
        )
        webhook = BankWebhook.objects.get()
        assert webhook.webhook_status == "active"
        assert webhook.last_verification_at is not None

    def test_while_integration_is_off_it_is_kept_and_then_processed(
        self, bank: FakeBank, connection: BankConnection, hook: NewWebhook
    ) -> None:
        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
        assert post(hook, BODY, signed(hook)) == 200
        assert run_jobs() == []
        dispatch(timezone.now())
        assert WebhookDelivery.objects.get().processed_at is None

        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="true")
        assert dispatch(timezone.now()).deliveries == 1
        run_jobs("webhooks")
        assert WebhookDelivery.objects.get().processed_at is not None


@pytest.mark.django_db(transaction=True)
def test_counters_are_right_under_concurrency_and_an_event_is_accepted_once(
    bank: FakeBank, connection: BankConnection
) -> None:
    hook = make_webhook(connection, base_url="https://dwaybank.example", actor=Actor(None, "test"))
    same = signed(hook, identity="the-same")

    def deliver(number: int) -> int:
        try:
            match number % 3:
                case 0:
                    return post(hook, BODY, same)
                case 1:
                    return post(hook, BODY, signed(hook))
                case _:
                    return post(hook, BODY, signed(hook, secret="wrong"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(deliver, range(60)))

    assert sorted(answers) == [200] * 40 + [401] * 20
    assert WebhookDelivery.objects.filter(verdict="accepted").count() == 21
    assert BankWebhook.objects.get().events_received == 60
    assert datetime.now(UTC) >= BankWebhook.objects.get().last_event_at  # type: ignore[operator]
