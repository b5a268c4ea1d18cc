"""Flinks: an aggregator that gives the whole window each time."""

from integrations.banks.flinks.connector import FlinksConnector
from integrations.banks.flinks.settings import FlinksSettings

__all__ = ["FlinksConnector", "FlinksSettings"]
