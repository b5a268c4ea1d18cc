"""Import a statement file: one transaction for the file, so that a crash leaves all of it or nothing."""

from __future__ import annotations

from dwaybank.actor import Actor
from dwaybank.models import User
from integrations.importing.outcomes import FileOutcome
from integrations.models import StatementFile


def receive_file(*, data: bytes, file_name: str, owner: User, actor: Actor) -> StatementFile:
    """Keep an uploaded file until somebody has looked at its preview. The same bytes are kept once per owner.

    A file that was handed in before is returned as it stands, with its status. Nothing is imported.
    """
    raise NotImplementedError


def import_statement(
    *,
    data: bytes,
    file_name: str,
    owner: User,
    actor: Actor,
    bank: str | None = None,
    account: str | None = None,
    create_accounts: bool = False,
    dry_run: bool = False,
    with_rows: bool = False,
) -> FileOutcome:
    """Read a statement file and store what is new in it.

    ``bank`` says which bank wrote the file where it does not say so itself; ``account`` names the owner's account
    where the file names none. Without ``create_accounts`` an account that is not linked to the owner is refused by
    name. ``dry_run`` writes nothing; ``with_rows`` fills the rows of the outcome (a preview is both).

    A file that cannot be taken is no exception: its outcome has status refused, and problems. Raises DomainError
    when the owner is deactivated.
    """
    raise NotImplementedError
