"""Anchors: what to keep outside the database, so that even a chain made wholly anew is found."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from dwaybank.audit.verifying import Anchor
from dwaybank.errors import DomainError
from dwaybank.models import AuditSeal


class AnchorUnreadable(DomainError):
    """A file is no anchor; the text says what it should be."""


def export_anchor(*, now: datetime) -> dict[str, Any]:
    """The newest seal as plain values for JSON. Raises DomainError while nothing is sealed."""
    seal = AuditSeal.objects.order_by("-pk").first()
    if seal is None:
        raise DomainError("Nothing is sealed yet. Run 'manage.py seal_audit' first.")
    return {
        "audit_anchor": 1,
        "seal": seal.pk,
        "hash": bytes(seal.hash).hex(),
        "sealed_at": seal.sealed_at.isoformat(),
        "key_id": seal.key_id,
        "signature": bytes(seal.signature).hex(),
        "exported_at": now.isoformat(),
    }


def read_anchor(text: str, name: str) -> Anchor:
    """The anchor of an exported file. Raises AnchorUnreadable."""
    try:
        content = json.loads(text)
        return Anchor(int(content["seal"]), str(bytes.fromhex(content["hash"]).hex()))
    except (ValueError, KeyError, TypeError) as error:
        raise AnchorUnreadable(
            f"{name} is no audit anchor ({error}): it should be what 'manage.py export_audit_anchor' wrote."
        ) from None
