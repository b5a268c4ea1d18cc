"""What each bank connector must know of this deployment, from the environment.

A connector is configured by variables that begin with its name: ``FDX_RBC_BASE_URL``, ``PLAID_SECRET``. With
``BANK_SANDBOX_URL`` all of them speak to the sandbox bank of this project instead (never in production).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# connector → its settings; which of them it cannot do without is the connector's to say
_FDX: Final = ("base_url", "authorize_url", "token_url", "revoke_url", "client_id", "client_secret", "scopes")
SETTINGS: Final = {
    "fdx-rbc": _FDX,
    "fdx-td": _FDX,
    "fdx-bmo": _FDX,
    "fdx-cibc": _FDX,
    "plaid": ("base_url", "client_id", "secret", "webhook_url"),
    "flinks": ("base_url", "connect_url", "auth_key", "signature_header"),
}


def connectors_from(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Connector → setting → text, for every variable that is set."""
    return {
        connector: values
        for connector, names in SETTINGS.items()
        if (
            values := {
                name: text
                for name in names
                if (text := environment.get(f"{connector}_{name}".replace("-", "_").upper(), ""))
            }
        )
    }


def connectors_of_sandbox(url: str) -> dict[str, dict[str, str]]:
    """Every connector, spoken to at the sandbox bank. Its secrets are public: they open nothing else."""
    root = url.rstrip("/")
    found = {
        f"fdx-{bank}": {
            "base_url": f"{root}/fdx/{bank}",
            "authorize_url": f"{root}/fdx/{bank}/authorize",
            "token_url": f"{root}/fdx/{bank}/token",
            "revoke_url": f"{root}/fdx/{bank}/revoke",
            "client_id": "dwaybank-sandbox",
            "client_secret": "sandbox-only-secret",
        }
        for bank in ("rbc", "td", "bmo", "cibc")
    }
    found["plaid"] = {"base_url": f"{root}/plaid", "client_id": "sandbox-client", "secret": "sandbox-only-plaid-secret"}
    found["flinks"] = {
        "base_url": f"{root}/flinks/v3/sandbox-instance/BankingServices",
        "connect_url": f"{root}/flinks/connect",
        "auth_key": "sandbox-only-flinks-key",
    }
    return found
