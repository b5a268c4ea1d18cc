"""What the Flinks connector must know of this deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dwaybank.secrets import Secret
from integrations.banks.flinks.webhooks import DEFAULT_HEADER

REQUIRED: Final = ("base_url", "connect_url", "auth_key")


@dataclass(frozen=True, slots=True)
class FlinksSettings:
    """Flinks' address (with our customer id in it), its consent page and our key.

    A collection is asked for every ``poll_seconds``, at most ``poll_limit`` seconds within one sync: what takes longer
    is the queue's to ask again.
    """

    base_url: str
    connect_url: str
    auth_key: Secret
    signature_header: str = DEFAULT_HEADER
    poll_seconds: float = 10.0
    poll_limit: float = 120.0

    @classmethod
    def read(cls, values: Mapping[str, str]) -> FlinksSettings:
        """From the configuration's texts."""
        return cls(
            base_url=values["base_url"].rstrip("/"),
            connect_url=values["connect_url"],
            auth_key=Secret(values["auth_key"]),
            signature_header=values.get("signature_header") or DEFAULT_HEADER,
        )
