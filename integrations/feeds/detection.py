"""The one door: bytes of a statement file in, a StatementFeed out, whatever the file is called."""

from __future__ import annotations

from integrations.feeds.bai2 import Bai2Reader
from integrations.feeds.camt import CamtReader
from integrations.feeds.contract import StatementFeed
from integrations.feeds.csv_layouts import BANK_LAYOUTS
from integrations.feeds.csv_layouts_others import OTHER_LAYOUTS
from integrations.feeds.csv_reader import CsvReader
from integrations.feeds.encoding import decode
from integrations.feeds.mt940 import Mt940Reader
from integrations.feeds.ofx import OfxReader
from integrations.feeds.problems import ProblemCode, refused
from integrations.feeds.refusals import refused_bytes, refused_text, unknown_layout
from integrations.feeds.source import DEFAULT_LIMITS, ReadLimits, Source, StatementReader

# The first that recognises the content reads it. A new format (camt.053, MT940, BAI2) is a new entry here,
# and its line in ``refusals`` goes.
_LAYOUTS = (*BANK_LAYOUTS, *OTHER_LAYOUTS)
READERS: tuple[StatementReader, ...] = (
    OfxReader(),
    CamtReader(),
    Mt940Reader(),
    Bai2Reader(),
    *(CsvReader(layout, delimiter) for delimiter in (",", ";", "\t") for layout in _LAYOUTS),
)


def read_statement(data: bytes, *, limits: ReadLimits = DEFAULT_LIMITS) -> StatementFeed:
    """Read a statement file, recognised by its content alone.

    ``data`` is the whole file. The feed has at least one account, and rows or problems that say why there
    are none. Raises StatementRefused, and nothing else, where the file as a whole cannot be taken.
    """
    if len(data) > limits.max_bytes:
        raise refused(
            ProblemCode.FILE_TOO_LARGE,
            f"The file has {len(data):,} bytes; at most {limits.max_bytes:,} are read. "
            "Download shorter periods and import them one by one.",
        )
    refusal = refused_bytes(data)
    if refusal is not None:
        raise refusal
    decoded = decode(data)
    source = Source(data, decoded.text, decoded.warnings)
    refusal = refused_text(source.text)
    if refusal is not None:
        raise refusal
    for reader in READERS:
        if reader.recognises(source):
            return reader.read(source, limits)
    raise unknown_layout(source.text, list(dict.fromkeys(reader.title for reader in READERS)))
