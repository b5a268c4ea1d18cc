"""For the demo: a simulated filing service beside the admin, so that reports go all the way to an answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.utils import timezone

from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator

# the first report shows what a rejection looks like, the next one a warning; from then on all are judged as usual
FAULTS: Final = (Fault.REJECT, Fault.WARN)
_ENTITY_NUMBER: Final = 1234567
_CONTACT: Final = 42
_LOCATION: Final = "BR-0042"


@contextmanager
def filing_service() -> Iterator[list[str]]:
    """Serve the simulator while the demo serves, and point this process's settings to it; lines for the summary.

    Where a filing service is set, it is left as it is, and nothing is simulated.
    """
    if settings.FINTRAC_API_URL:
        yield [f"Filing service: {settings.FINTRAC_API_URL}, as it is set."]
        return
    secret = secrets.token_urlsafe(16)
    registry = Registry(now=timezone.now, client_id="demo", client_secret=secret, faults=list(FAULTS))
    with Simulator(registry, hang_seconds=5) as simulator:
        settings.FINTRAC_API_URL = simulator.base_url
        settings.FINTRAC_CLIENT_ID, settings.FINTRAC_CLIENT_SECRET = "demo", secret
        settings.FINTRAC_ENTITY_NUMBER = settings.FINTRAC_ENTITY_NUMBER or _ENTITY_NUMBER
        settings.FINTRAC_CONTACT_ID = settings.FINTRAC_CONTACT_ID or _CONTACT
        settings.FINTRAC_LOCATION_ID = settings.FINTRAC_LOCATION_ID or _LOCATION
        try:
            yield ["Filing service: simulated on this machine; it rejects the first report and warns of the second."]
        finally:
            settings.FINTRAC_API_URL = ""
