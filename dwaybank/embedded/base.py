"""Django's PostgreSQL backend, starting the embedded server at the first connection and not before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from dwaybank.embedded.server import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    """Stock backend, except that its host is a server it starts itself.

    The data directory stands in ``settings_dict["EMBEDDED_DATA"]``.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Connection parameters as Django's, with the socket of the running embedded server."""
        self.settings_dict["HOST"] = str(ensure_running(Path(self.settings_dict["EMBEDDED_DATA"])))
        return super().get_connection_params()
