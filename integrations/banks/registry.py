"""Which connectors there are, and which one a connection uses. Adding a bank is a folder and a registration.

A connector is named ``<protocol>-<bank>`` where it speaks to one bank, or by its aggregator. What it must know of its
deployment (address, client id, secret) stands under its name in the setting ``BANK_CONNECTORS``; one that is not
configured is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from dwaybank.errors import DomainError
from dwaybank.secrets import Secret
from integrations.banks.contract import Connector
from integrations.enums import Bank, ConnectionType

# The name under which an aggregator's connection keeps its connector among its credentials: the schema has no column.
CONNECTOR_KEY: Final = "connector"
Configuration = Mapping[str, str]


class ConnectorUnavailable(DomainError):
    """There is no such connector, it is not configured, or connecting that way is refused; the text says which."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One connector: its name, what people call it, its kind, and how it is made from its configuration.

    ``required`` are the keys its configuration must have.
    """

    connector_id: str
    label: str
    connection_type: ConnectionType
    bank_id: Bank
    required: tuple[str, ...]
    make: Callable[[Configuration], Connector]


_registered: Final[dict[str, Registration]] = {}


def register_connector(registration: Registration) -> None:
    """Add a connector; the same name again replaces it."""
    _registered[registration.connector_id] = registration


def registrations() -> tuple[Registration, ...]:
    """Every registered connector, configured or not."""
    return tuple(_registered.values())


def offered() -> tuple[Registration, ...]:
    """The connectors that this deployment is configured for: what a customer can choose from."""
    return tuple(one for one in _registered.values() if not _missing(one))


def connector(connector_id: str) -> Connector:
    """The connector of that name. Raises ConnectorUnavailable."""
    registration = _registered.get(connector_id)
    if registration is None:
        raise ConnectorUnavailable(f"There is no connector {connector_id!r}; known are {', '.join(_registered)}.")
    if missing := _missing(registration):
        raise ConnectorUnavailable(
            f"{registration.label} is not configured here: {', '.join(missing)} of {connector_id} not set."
        )
    return registration.make(settings.BANK_CONNECTORS[connector_id])


def connector_for(connection_type: str, bank_id: str, credentials: Mapping[str, Secret]) -> Connector:
    """The connector that a stored connection uses.

    Raises ConnectorUnavailable: it is fed by files (``files.collecting``) or by a way that is refused, or its connector
    is gone or not configured.
    """
    return connector(connector_id_for(connection_type, bank_id, credentials))


def connector_id_for(connection_type: str, bank_id: str, credentials: Mapping[str, Secret]) -> str:
    """The name of that connector. Raises ConnectorUnavailable as above."""
    if connection_type == ConnectionType.OAUTH:
        return f"fdx-{bank_id}"
    if connection_type == ConnectionType.AGGREGATION:
        if name := credentials.get(CONNECTOR_KEY):
            return name.reveal()
        raise ConnectorUnavailable("This connection does not say which aggregator it uses: connect the bank again.")
    if connection_type == ConnectionType.SCRAPING:
        raise ConnectorUnavailable(SCRAPING_REFUSED)
    raise ConnectorUnavailable("This connection is fed by statement files: there is nobody to ask.")


SCRAPING_REFUSED: Final = (
    "Connecting by screen scraping is refused: it needs the customer's own bank password, which breaks their agreement "
    "with the bank, gives access without limits or end, and is what the Consumer-Driven Banking Act is to forbid. "
    "Connect by the bank's own API or an aggregator, or hand in statement files."
)


def _missing(registration: Registration) -> list[str]:
    configuration = settings.BANK_CONNECTORS.get(registration.connector_id) or {}
    return [key for key in registration.required if not configuration.get(key)]
