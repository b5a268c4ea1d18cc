"""Suspicion: the indicators run over the database, alerts, and the cases they come together in."""

from compliance.suspicion.detecting import Detected, detect, since_last_run

__all__ = ["Detected", "detect", "since_last_run"]
