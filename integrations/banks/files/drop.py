"""A watched folder: which files are whole, and what becomes of one that was taken. No database.

``<root>/<owner's e-mail>/`` is where a bank (or its SFTP server) writes; ``taken/`` and ``refused/`` inside it are
where files go afterwards, by month. Nothing is ever deleted or overwritten.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

# A file that was written to within this time may still grow.
SETTLED_AFTER: Final = timedelta(seconds=60)
# What SFTP clients and servers call a file until it is whole.
_PARTIAL: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~")
TAKEN: Final = "taken"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A whole file. ``owner`` is the folder's name. ``data`` holds at most one byte more than the limit."""

    path: Path
    owner: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class DropFolder:
    """The folders of all owners. ``largest`` is the most bytes that are read of a file."""

    def __init__(self, root: Path, *, largest: int, settled_after: timedelta = SETTLED_AFTER) -> None:
        self._root = root
        self._largest = largest
        self._settled_after = settled_after

    def owners(self) -> list[str]:
        """The owners' folders by name, in order. Raises OSError where the root cannot be read."""
        return sorted(entry.name for entry in os.scandir(self._root) if entry.is_dir(follow_symlinks=False))

    def waiting(self, owner: str, now: datetime) -> list[str]:
        """Names of files that are not whole yet."""
        return [entry.name for entry in self._files(owner) if not self._is_whole(entry, now)]

    def ready(self, owner: str, now: datetime) -> Iterator[DroppedFile]:
        """Whole files, the oldest first. One that changes while it is read is left for the next time.

        Raises OSError for a file that cannot be read; links are not followed.
        """
        whole = [entry for entry in self._files(owner) if self._is_whole(entry, now)]
        whole.sort(key=lambda entry: (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
        for entry in whole:
            data = self._read(Path(entry.path))
            if data is not None:
                yield DroppedFile(Path(entry.path), owner, data)

    def settle(self, file: DroppedFile, now: datetime, *, taken: bool) -> Path:
        """Move a file out of the way, under a name that nothing has yet; where it is now. Raises OSError."""
        folder = file.path.parent / (TAKEN if taken else REFUSED) / f"{now.astimezone(UTC):%Y-%m}"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            suffix = "" if number == 1 else f"-{number}"
            place = folder / f"{file.path.stem}{suffix}{file.path.suffix}"
            try:
                # a link fails where the name is taken; a rename would overwrite what is there
                os.link(file.path, place, follow_symlinks=False)
            except FileExistsError:
                continue
            file.path.unlink()
            return place
        raise FileExistsError(errno.EEXIST, "ten thousand files of this name were taken this month", str(file.path))

    def _files(self, owner: str) -> list[os.DirEntry[str]]:
        return [entry for entry in os.scandir(self._root / owner) if entry.is_file(follow_symlinks=False)]

    def _is_whole(self, entry: os.DirEntry[str], now: datetime) -> bool:
        facts = entry.stat(follow_symlinks=False)
        changed = datetime.fromtimestamp(facts.st_mtime, UTC)
        return (
            facts.st_size > 0
            and not entry.name.startswith((".", "~"))
            and not entry.name.lower().endswith(_PARTIAL)
            and now - changed >= self._settled_after
        )

    def _read(self, path: Path) -> bytes | None:
        """The bytes, or None where they changed while they were read or the file is gone."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None  # another worker was faster
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                return None
            data = file.read(self._largest + 1)
            after = os.fstat(descriptor)
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return data if same else None
