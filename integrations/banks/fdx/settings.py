"""What an FDX connector must know of a bank and of this deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dwaybank.secrets import Secret
from integrations.enums import Bank

# ``fdx:`` names of what is read and nothing else; ``openid``-like extras are a bank's own and come by configuration.
DEFAULT_SCOPES: Final = "fdx:accountbasic:read fdx:accountdetailed:read fdx:transactions:read offline_access"
REQUIRED: Final = ("base_url", "authorize_url", "token_url", "client_id", "client_secret")


@dataclass(frozen=True, slots=True)
class FdxSettings:
    """One bank's addresses and our client there. ``base_url`` is the API's root with its version."""

    bank: Bank
    base_url: str
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: Secret
    revoke_url: str = ""
    scopes: tuple[str, ...] = field(default=tuple(DEFAULT_SCOPES.split()))
    page_size: int = 500

    @classmethod
    def read(cls, bank: Bank, values: Mapping[str, str]) -> FdxSettings:
        """From the configuration's texts."""
        return cls(
            bank=bank,
            base_url=values["base_url"].rstrip("/"),
            authorize_url=values["authorize_url"],
            token_url=values["token_url"],
            revoke_url=values.get("revoke_url", ""),
            client_id=values["client_id"],
            client_secret=Secret(values["client_secret"]),
            scopes=tuple((values.get("scopes") or DEFAULT_SCOPES).split()),
        )
