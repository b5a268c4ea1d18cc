"""Which chapter of the guides helps on which page of bank integration."""

from __future__ import annotations

from dwaybank.admin.help import register_help

register_help(
    "integrations.sync_connection",
    "integration-operator",
    {
        "index": 1,
        "integrations_bankconnection": 2,
        "integrations_bankintegrationhealth": 2,
        "integrations_bankwebhook": 2,
        "integrations_webhookdelivery": 2,
        "integrations_": 3,
        "integrations_integrationerror": 4,
        "dwaybank_systemconfig": 5,
        "dwaybank_systemlog": 5,
    },
)
