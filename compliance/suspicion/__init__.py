"""Suspicion: the indicators run over the database, alerts, and the cases they come together in."""

from compliance.suspicion.detecting import Detected, detect, last_run_started

__all__ = ["Detected", "detect", "last_run_started"]
