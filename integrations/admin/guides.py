"""Which chapter of the guides helps on which page of bank integration."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.help import register_help

_OPERATOR: Final = ("integrations.sync_connection", "integration-operator")
_OPERATORS: Final = {
    "index": 1,
    "integrations_bankconnection": 2,
    "integrations_bankintegrationhealth": 2,
    "integrations_bankwebhook": 2,
    "integrations_webhookdelivery": 2,
    "integrations_": 3,
    "integrations_integrationerror": 4,
    "dwaybank_systemconfig": 5,
    "dwaybank_systemlog": 5,
}

for _page, _chapter in _OPERATORS.items():
    register_help(_page, *_OPERATOR, _chapter)
