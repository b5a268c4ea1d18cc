"""Webhook signatures: what is taken, and every way in which a delivery is not what it claims to be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from dwaybank.secrets import Secret
from integrations.banks.contract import BankError
from integrations.banks.fdx import webhooks as fdx
from integrations.banks.flinks import webhooks as flinks
from integrations.banks.plaid import webhooks as plaid
from integrations.banks.signatures import WebhookRefused
from integrations.sandbox.hooks import signed
from integrations.sandbox.server import SandboxServer
from tests.integrations.banks.clients import plaid_connector

PAYLOAD = {"webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE"}
SECRET = Secret("canary-webhook")


def refused(reason: str) -> Any:
    return pytest.raises(WebhookRefused, check=lambda error: error.reason == reason)


class TestPlaid:
    def test_the_sandboxs_delivery_is_taken_and_its_key_asked_for_once(self, sandbox: SandboxServer) -> None:
        keys, now = plaid.PlaidKeys(plaid_connector(sandbox).webhook_key), sandbox.bank.clock.now()
        body, headers = signed(sandbox.bank, {"kind": "plaid", "payload": PAYLOAD})
        for _ in range(3):
            plaid.verify(body, headers[plaid.HEADER], keys=keys, now=now)
        assert sandbox.faults.counts["plaid", "ok"] == 1

    def test_what_is_refused(self, sandbox: SandboxServer) -> None:
        keys, now = plaid.PlaidKeys(plaid_connector(sandbox).webhook_key), sandbox.bank.clock.now()
        body, headers = signed(sandbox.bank, {"kind": "plaid", "payload": PAYLOAD})
        token = headers[plaid.HEADER]
        with refused("body_changed"):
            plaid.verify(body + b" ", token, keys=keys, now=now)
        with refused("too_old"):
            plaid.verify(body, token, keys=keys, now=now + timedelta(minutes=6))
        with refused("from_the_future"):
            plaid.verify(body, token, keys=keys, now=now - timedelta(minutes=6))
        head, claims, signature = token.split(".")
        with refused("signature_wrong"):
            plaid.verify(body, f"{head}.{claims}.{signature[::-1]}", keys=keys, now=now)
        for text in ("", "a.b.c", "é", head):
            with refused("token_unreadable"):
                plaid.verify(body, text, keys=keys, now=now)

    def test_another_algorithm_or_key_is_never_taken(self, sandbox: SandboxServer) -> None:
        keys, now = plaid.PlaidKeys(plaid_connector(sandbox).webhook_key), sandbox.bank.clock.now()
        kid = f"sandbox-{sandbox.bank.seed}"
        claims = {"iat": int(now.timestamp()), "request_body_sha256": "0" * 64}
        with refused("algorithm_refused"):
            forged = jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key("x" * 32))
            plaid.verify(b"", forged, keys=keys, now=now)
        stranger = ECKey.generate_key("P-256")
        with refused("signature_wrong"):
            plaid.verify(b"", jwt.encode({"alg": "ES256", "kid": kid}, claims, stranger), keys=keys, now=now)
        with pytest.raises(BankError):
            plaid.verify(b"", jwt.encode({"alg": "ES256", "kid": "other"}, claims, stranger), keys=keys, now=now)
        with refused("token_unreadable"):
            plaid.verify(b"", jwt.encode({"alg": "ES256"}, claims, stranger), keys=keys, now=now)

    def test_an_ended_key_proves_nothing(self, sandbox: SandboxServer) -> None:
        now = sandbox.bank.clock.now()
        ask = plaid_connector(sandbox).webhook_key
        keys = plaid.PlaidKeys(lambda key_id: {**ask(key_id), "expired_at": int(now.timestamp()) - 1})
        body, headers = signed(sandbox.bank, {"kind": "plaid", "payload": PAYLOAD})
        with refused("key_ended"):
            plaid.verify(body, headers[plaid.HEADER], keys=keys, now=now)
        with refused("key_unusable"):
            plaid.verify(body, headers[plaid.HEADER], keys=plaid.PlaidKeys(lambda key_id: {"kty": "EC"}), now=now)


def test_flinks(sandbox: SandboxServer) -> None:
    given = {"kind": "flinks", "payload": PAYLOAD, "secret": SECRET.reveal(), "header": "X-Flinks-Signature"}
    body, headers = signed(sandbox.bank, given)
    flinks.verify(body, headers["X-Flinks-Signature"], secret=SECRET)
    with refused("signature_wrong"):
        flinks.verify(body + b" ", headers["X-Flinks-Signature"], secret=SECRET)
    with refused("signature_wrong"):
        flinks.verify(body, headers["X-Flinks-Signature"], secret=Secret("other"))
    for text in ("", "é", "!!"):
        with pytest.raises(WebhookRefused):
            flinks.verify(body, text, secret=SECRET)


def test_a_banks_own(sandbox: SandboxServer) -> None:
    now = sandbox.bank.clock.now()
    body, headers = signed(sandbox.bank, {"kind": "fdx", "payload": PAYLOAD, "secret": SECRET.reveal()})
    fdx.verify(body, headers, secret=SECRET, now=now)
    with refused("signature_wrong"):
        fdx.verify(body + b" ", headers, secret=SECRET, now=now)
    with refused("signature_wrong"):  # an old delivery dated anew
        fdx.verify(body, {**headers, fdx.TIME_HEADER: str(int(now.timestamp()) + 1)}, secret=SECRET, now=now)
    with refused("too_old"):
        fdx.verify(body, headers, secret=SECRET, now=now + timedelta(minutes=6))
    for name, text in ((fdx.TIME_HEADER, "-1"), (fdx.SIGNATURE_HEADER, "sha256=zz"), (fdx.SIGNATURE_HEADER, "")):
        with pytest.raises(WebhookRefused) as caught:
            fdx.verify(body, {**headers, name: text}, secret=SECRET, now=now)
        assert SECRET.reveal() not in str(caught.value)
