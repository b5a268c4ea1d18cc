"""FDX: the four banks' own API. One connector, four configurations."""

from integrations.banks.fdx.connector import FdxConnector
from integrations.banks.fdx.settings import FdxSettings

__all__ = ["FdxConnector", "FdxSettings"]
