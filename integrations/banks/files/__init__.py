"""Statement files that a bank drops into a folder (its SFTP channel), taken through the statement import."""

from integrations.banks.files.collecting import Collected, collect_statements
from integrations.banks.files.drop import DropFolder, DroppedFile

__all__ = ["Collected", "DropFolder", "DroppedFile", "collect_statements"]
