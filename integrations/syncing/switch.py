"""``bank_integration_enabled``: off, nothing goes out and nothing is processed; what comes in is kept for later."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dwaybank import config
from dwaybank.errors import DomainError

OFF = _(
    "Bank integration is switched off (setting bank_integration_enabled). Nothing is asked of any bank and nothing "
    "that banks send is processed; requests and webhooks are kept and go on when it is switched on again."
)


class IntegrationOff(DomainError):
    """Bank integration is switched off."""

    def __init__(self) -> None:
        super().__init__(str(OFF))


def is_enabled() -> bool:
    """Whether banks may be asked and what they sent may be processed, as of now."""
    return bool(config.read(config.BANK_INTEGRATION_ENABLED))


def require_enabled() -> None:
    """Before every outgoing call. Raises IntegrationOff."""
    if not is_enabled():
        raise IntegrationOff
