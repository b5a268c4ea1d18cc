"""Webhooks over real HTTP, signed as FDX, Plaid (ES256) and Flinks (HMAC) do; and thousands that are none of theirs."""

from __future__ import annotations

import base64
import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from pytest_django.live_server_helper import LiveServer

from dwaybank.connectors import connectors_of_sandbox
from integrations.connecting import begin, complete, make_webhook
from integrations.connecting.webhooks import scheme_for
from integrations.live_demo import agree
from integrations.models import BankWebhook, SyncRequest, WebhookDelivery
from integrations.sandbox import hooks
from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan
from integrations.sandbox.server import SandboxServer
from integrations.webhooks.receiving import MAX_BODY
from tests.factories import UserFactory
from tests.queueing import run_jobs
from tests.soak.world import ACTOR

SIGNATURE: Final = {"fdx": "X-Webhook-Signature", "plaid": "Plaid-Verification", "flinks": "X-Flinks-Signature"}
CONNECTED: Final = {"fdx-rbc": "rbc-1", "plaid": "td-1", "flinks": "cibc-1"}
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Hook:
    """A connection's webhook as its sender knows it."""

    kind: str
    url: str
    secret: str
    bank: SandboxBank

    def signed(self, *, age: float = 0, secret: str = "", number: int = 0) -> tuple[bytes, dict[str, str]]:
        """(body, headers) of a true delivery, or of one signed so long ago or with another secret."""
        given = {
            "kind": self.kind,
            "payload": {"type": "NEW_DATA", "webhook_type": "TRANSACTIONS", "number": number},
            "secret": secret or self.secret,
            "header": SIGNATURE[self.kind],
            "age": age,
        }
        return hooks.signed(self.bank, given)


@pytest.fixture
def senders(transactional_db: None, settings: Any, live_server: LiveServer) -> Iterator[dict[str, Hook]]:
    """A connection of each kind by the sandbox's own consent pages, with a webhook each on this server."""
    bank = SandboxBank(seed=11, clock=Clock(), years=0, customers=1)
    with SandboxServer(bank, FaultPlan()) as server:
        settings.BANK_CONNECTORS = connectors_of_sandbox(server.url)
        settings.BANK_CONNECTORS["flinks"]["signature_header"] = SIGNATURE["flinks"]
        found = {}
        for connector, customer in CONNECTED.items():
            page = begin(
                user=UserFactory.create(),
                connector_id=connector,
                redirect_uri="http://127.0.0.1/connect/callback/",
                now=timezone.now(),
                actor=ACTOR,
            )
            connection = complete(callback=agree(page, customer), now=timezone.now(), run="test")
            made = make_webhook(connection, base_url=live_server.url, scheme=scheme_for(connector), actor=ACTOR)
            kind = connector.partition("-")[0]
            found[kind] = Hook(kind, made.url, made.signing.reveal(), bank)
        SyncRequest.objects.all().delete()
        yield found


def post(hook: Hook, delivery: tuple[bytes, dict[str, str]], client: httpx.Client | None = None) -> int:
    return (client or httpx).post(hook.url, content=delivery[0], headers=delivery[1], timeout=30).status_code


def verdicts(hook: Hook) -> list[str]:
    of_hook = WebhookDelivery.objects.filter(webhook__webhook_url=hook.url)
    return list(of_hook.order_by("received_at", "pk").values_list("verdict", flat=True))


def asked() -> dict[str, int]:
    """Syncs that webhooks brought, by kind of connection and bank."""
    requests = SyncRequest.objects.values_list("connection__connection_type", "connection__bank_name")
    return dict(Counter("/".join(one) for one in requests))


def malleable(headers: dict[str, str]) -> dict[str, str]:
    """The same token with the other valid ECDSA signature of the same text."""
    text, _, signature = headers["Plaid-Verification"].rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    r, s = (int.from_bytes(part, "big") for part in (raw[:32], raw[32:]))
    other = r.to_bytes(32, "big") + (P256_ORDER - s).to_bytes(32, "big")
    return {**headers, "Plaid-Verification": f"{text}.{base64.urlsafe_b64encode(other).decode().rstrip('=')}"}


def test_aggregators_prove_themselves_and_each_event_counts_once(senders: dict[str, Hook]) -> None:
    plaid_signs_with_a_key_that_is_asked_for(senders["plaid"])
    flinks_signs_in_the_header_that_is_configured(senders["flinks"])


def plaid_signs_with_a_key_that_is_asked_for(hook: Hook) -> None:
    first = hook.signed(number=1)
    # the key is not known yet: kept, asked for by the queue, verified, and only then worked on
    assert post(hook, first) == 202
    assert verdicts(hook) == ["unverified"]
    assert not SyncRequest.objects.exists()
    run_jobs("webhooks")
    assert verdicts(hook) == ["accepted"]
    assert SyncRequest.objects.get().reason == "webhook"

    # from now on at once; again, and under the other signature that ECDSA allows, it is the same event
    second = hook.signed(number=2)
    assert post(hook, second) == 200
    assert post(hook, second) == 200
    assert post(hook, (second[0], malleable(second[1]))) == 200
    assert verdicts(hook) == ["accepted", "accepted", "duplicate", "duplicate"]

    # a key that Plaid does not have says that the sender is somebody else
    stranger = Hook("plaid", hook.url, "", SandboxBank(seed=12, clock=Clock(), years=0, customers=1))
    assert post(hook, stranger.signed()) == 202
    run_jobs("webhooks")
    assert verdicts(hook)[-1] == "bad_signature"
    assert WebhookDelivery.objects.filter(processed_at__isnull=True, verdict="unverified").count() == 0


def flinks_signs_in_the_header_that_is_configured(hook: Hook) -> None:
    body, headers = hook.signed()
    assert post(hook, (body, {"flinks-authenticity-key": headers["X-Flinks-Signature"]})) == 401
    assert post(hook, (body + b" ", headers)) == 401
    assert post(hook, (body, headers)) == 200
    assert post(hook, (body, headers)) == 200
    run_jobs("webhooks")
    assert verdicts(hook) == ["bad_signature", "bad_signature", "accepted", "duplicate"]
    of_hook = BankWebhook.objects.get(webhook_url=hook.url)
    assert SyncRequest.objects.filter(connection=of_hook.connection_id).count() == 1


# --- What is not theirs

Delivery = tuple[bytes, dict[str, str]]


def forged(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    """Signed by somebody who does not have the key; for Plaid also with its public key as an HMAC's secret."""
    if hook.kind != "plaid":
        return hook.signed(secret=f"guess {chance.random()}", number=chance.randrange(10**9))
    body = good[0]
    claims = {"iat": int(time.time()), "request_body_sha256": hashlib.sha256(body).hexdigest()}
    public = hooks.public_key(hook.bank)
    if chance.random() < 0.5:
        own = ECKey.generate_key("P-256", {"kid": public["kid"]}, auto_kid=False)
        token = jwt.encode({"alg": "ES256", "kid": public["kid"]}, claims, own)
    else:
        shared = OctKey.import_key(public["x"])
        token = jwt.encode({"alg": "HS256", "kid": public["kid"]}, claims, shared)
    return body, {**good[1], "Plaid-Verification": token}


def damaged_body(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    place = chance.randrange(len(good[0]))
    changed = good[0][:place] + bytes([good[0][place] ^ (1 << chance.randrange(8))]) + good[0][place + 1 :]
    return changed, good[1]


def damaged_proof(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    name = chance.choice([SIGNATURE[hook.kind], *(["X-Webhook-Id"] if hook.kind == "fdx" else [])])
    value = good[1][name]
    place = chance.randrange(len(value) - 2)
    other = chance.choice([one for one in "abcdefgh0123456789 !" if one.lower() != value[place].lower()])
    return good[0], {**good[1], name: (value[:place] + other + value[place + 1 :]).strip() or "x"}


def without_proof(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    return good[0], {name: value for name, value in good[1].items() if name != SIGNATURE[hook.kind]}


def late(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    """Its own sender's, found and sent again too late; Flinks signs no time, so another's is sent in its place."""
    if hook.kind == "flinks":
        return without_proof(hook, chance, good)
    return hook.signed(age=chance.uniform(302, 10**6), number=chance.randrange(10**9))


def oversized(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    return b"x" * (MAX_BODY + 1), good[1]


def replayed(hook: Hook, chance: random.Random, good: Delivery) -> Delivery:
    return good[0], malleable(good[1]) if hook.kind == "plaid" and chance.random() < 0.5 else good[1]


KINDS: Final[tuple[Callable[[Hook, random.Random, Delivery], Delivery], ...]] = (
    *(forged, damaged_body, damaged_proof, without_proof, late, replayed) * 8,
    oversized,
)


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])])
def test_forged_replayed_or_damaged_deliveries_are_never_processed(senders: dict[str, Hook], count: int) -> None:
    good = {kind: hook.signed() for kind, hook in senders.items()}
    for kind, hook in senders.items():
        assert post(hook, good[kind]) == (202 if kind == "plaid" else 200)
    run_jobs("webhooks")
    before = asked()
    assert sum(before.values()) == 3
    processed = set(WebhookDelivery.objects.filter(processed_at__isnull=False).values_list("pk", flat=True))

    def bombard(seed: int) -> Counter[tuple[str, int]]:
        chance, answers = random.Random(seed), Counter[tuple[str, int]]()
        with httpx.Client(trust_env=False) as client:
            for _ in range(count // 2):
                hook, kind = chance.choice(list(senders.values())), chance.choice(KINDS)
                answers[kind.__name__, post(hook, kind(hook, chance, good[hook.kind]), client)] += 1
        return answers

    with ThreadPoolExecutor(2) as pool:
        answers = sum(pool.map(bombard, (6, 7)), Counter[tuple[str, int]]())
    run_jobs("webhooks")

    assert answers.total() == count
    # what is a true delivery sent again is answered as received and counted as a duplicate; all else is refused
    assert {kind for kind, status in answers if status == 200} == {"replayed"}
    assert set(WebhookDelivery.objects.filter(processed_at__isnull=False).values_list("pk", flat=True)) == processed
    assert asked() == before
    counted = Counter(WebhookDelivery.objects.values_list("verdict", flat=True))
    assert counted.total() == count + 3
    assert counted["accepted"] == 3
    # after five minutes a replay is not even a duplicate, but too old
    assert counted["duplicate"] == sum(number for (_, status), number in answers.items() if status == 200)
    assert not counted["unverified"]
    # and the counters of the hooks are right although two senders came at once
    assert sum(BankWebhook.objects.values_list("events_received", flat=True)) == count + 3
