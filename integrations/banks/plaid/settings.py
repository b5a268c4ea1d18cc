"""What the Plaid connector must know of this deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dwaybank.secrets import Secret

REQUIRED: Final = ("base_url", "client_id", "secret")


@dataclass(frozen=True, slots=True)
class PlaidSettings:
    """Plaid's address and our keys. ``webhook_url``: where Plaid tells of news, if anywhere."""

    base_url: str
    client_id: str
    secret: Secret
    webhook_url: str = ""
    page_size: int = 500

    @classmethod
    def read(cls, values: Mapping[str, str]) -> PlaidSettings:
        """From the configuration's texts."""
        return cls(
            base_url=values["base_url"].rstrip("/"),
            client_id=values["client_id"],
            secret=Secret(values["secret"]),
            webhook_url=values.get("webhook_url", ""),
        )
