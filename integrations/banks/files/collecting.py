"""Dropped statement files into the database: each through the one statement import, each once, each moved afterwards.

A file is moved only after its import has been stored; a crash in between leaves it in place, and the next run finds its
rows known. Files of several runs at once are told apart by the import itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import User
from integrations.banks.files.drop import DropFolder
from integrations.banks.files.telling import tell_of_problems
from integrations.enums import FileStatus
from integrations.feeds import DEFAULT_LIMITS
from integrations.importing import FileOutcome, import_statement

RUN: Final = "statement_drop"


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one file or, with ``outcome`` None, why it (or its whole folder) was left where it is."""

    owner: str
    file_name: str
    outcome: FileOutcome | None
    moved_to: Path | None = None
    problem: str = ""


def drop_folder(root: str) -> DropFolder:
    """The folder of this deployment. Raises DomainError where none is configured or it is not there."""
    if not root:
        raise DomainError("STATEMENT_DROP_DIR is not set: say in which folder banks drop statement files.")
    if not Path(root).is_dir():
        raise DomainError(f"STATEMENT_DROP_DIR is {root}, which is no folder. Make it, or correct the setting.")
    return DropFolder(Path(root), largest=DEFAULT_LIMITS.max_bytes)


def collect_statements(
    folder: DropFolder,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    may_go_on: Callable[[], bool] = lambda: True,
) -> Iterator[Collected]:
    """Take every whole file, owner by owner. New accounts are linked: a bank drops only what it was asked to.

    ``may_go_on`` is asked before each file. What cannot be read or moved is told and left; a failing database
    is raised.
    """
    for owner in folder.owners():
        user = User.objects.filter(email=owner.lower()).first()
        if user is None or not user.is_active:
            why = "is deactivated" if user else "does not exist; name the folder after the customer's e-mail"
            yield Collected(owner, "", None, problem=f"The customer {owner} {why}. Their files are left.")
            continue
        try:
            yield from _of_owner(folder, user, owner, actor, now, may_go_on)
        except OSError as error:
            yield Collected(owner, "", None, problem=f"{error.filename}: {error.strerror}. Check its permissions.")
        if not may_go_on():
            return


def _of_owner(
    folder: DropFolder,
    user: User,
    owner: str,
    actor: Actor,
    now: Callable[[], datetime],
    may_go_on: Callable[[], bool],
) -> Iterator[Collected]:
    for file in folder.ready(owner, now()):
        if not may_go_on():
            return
        outcome = import_statement(
            data=file.data, file_name=file.path.name, owner=user, actor=actor, create_accounts=True
        )
        tell_of_problems(outcome)
        moved = folder.settle(file, now(), taken=outcome.status != FileStatus.REFUSED)
        yield Collected(owner, file.path.name, outcome, moved)
