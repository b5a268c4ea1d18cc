"""The one door into ``bank_transactions``.

``import_statement()`` takes the bytes of a statement file: reads them (``feeds``), finds whose accounts they
speak of (``accounts``), tells new rows from known ones in SQL (``staging``) and writes rows, statement, sync log
and errors together (``statements``).
"""

from integrations.importing.following import register_follower
from integrations.importing.outcomes import AccountOutcome, FileOutcome, RowOutcome, Verdict
from integrations.importing.profiles import (
    as_csv_profile,
    current_profiles,
    find_profile,
    of_account,
    save_profile,
)
from integrations.importing.reading import DESCRIBABLE
from integrations.importing.statements import import_statement, receive_file

__all__ = [
    "DESCRIBABLE",
    "AccountOutcome",
    "FileOutcome",
    "RowOutcome",
    "Verdict",
    "as_csv_profile",
    "current_profiles",
    "find_profile",
    "import_statement",
    "of_account",
    "receive_file",
    "register_follower",
    "save_profile",
]
