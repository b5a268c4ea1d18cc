"""Signed webhooks: Plaid's ES256 JWT, Flinks' HMAC over the body, a bank's HMAC over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from integrations.sandbox.bank import SandboxBank


@lru_cache(maxsize=8)
def _key(seed: int) -> ECKey:
    """The sandbox's signing key. New in each process: receivers ask for it by its id."""
    return ECKey.generate_key("P-256", {"kid": f"sandbox-{seed}", "alg": "ES256", "use": "sig"}, auto_kid=False)


def public_key(bank: SandboxBank) -> dict[str, Any]:
    """The key by which Plaid-shaped webhooks are checked, as a JWK."""
    return dict(_key(bank.seed).as_dict(private=False))


def signed(bank: SandboxBank, given: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of a webhook.

    ``given``: ``kind`` (plaid, flinks, fdx), ``payload`` (an object), ``secret`` for the last two, ``header`` for
    Flinks, ``age`` in seconds to pretend. Raises KeyError, ValueError.
    """
    body = json.dumps(given["payload"]).encode()
    made = int(bank.clock.now().timestamp()) - int(given.get("age", 0))
    headers = {"Content-Type": "application/json"}
    if given["kind"] == "plaid":
        claims = {"iat": made, "request_body_sha256": hashlib.sha256(body).hexdigest()}
        key = _key(bank.seed)
        headers["Plaid-Verification"] = jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key)
    elif given["kind"] == "flinks":
        digest = hmac.new(given["secret"].encode(), body, hashlib.sha256).digest()
        headers[given.get("header", "flinks-authenticity-key")] = base64.b64encode(digest).decode()
    elif given["kind"] == "fdx":
        headers["X-Webhook-Id"] = str(given.get("id") or uuid4())
        headers["X-Webhook-Timestamp"] = str(made)
        signed_text = f"{headers['X-Webhook-Id']}.{made}.".encode() + body
        digest = hmac.new(given["secret"].encode(), signed_text, hashlib.sha256).digest()
        headers["X-Webhook-Signature"] = f"sha256={digest.hex()}"
    else:
        raise ValueError(f"The kind {given['kind']!r} is none of plaid, flinks, fdx.")
    return body, headers


def send(bank: SandboxBank, given: dict[str, Any]) -> dict[str, Any]:
    """Send a webhook to ``given["url"]`` on this machine; what was answered. Raises as ``signed``, and ValueError."""
    if urlsplit(given["url"]).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("The sandbox sends webhooks to this machine only.")
    body, headers = signed(bank, given)
    try:
        answer = httpx.post(given["url"], content=body, headers=headers, timeout=10, trust_env=False)
    except httpx.TransportError as error:
        return {"status": None, "error": type(error).__name__}
    return {"status": answer.status_code}
