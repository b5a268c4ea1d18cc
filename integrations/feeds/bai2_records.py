"""BAI2 text to logical records: lines and 88 continuations put together, fields taken apart, text fields kept whole.

Real files put several records on one line, wrap lines at a fixed length without line ends, split a group of fields
between a record and its 88, leave out the closing slash, and have commas and slashes in the text at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from integrations.feeds.source import lines_of

CODES = ("01", "02", "03", "16", "49", "88", "98", "99")
# One bank writes a colon behind the code of its continuations.
_CODE = re.compile(r"\s*(?P<code>01|02|03|16|49|88(?=\s*[,/:])|98|99)\s*(?:[,/]|(?<=88):)")
# Where a record may begin behind another on the same line. A text may hold "12/16,500": a detail is only believed
# with its type code and amount.
_INSIDE = re.compile(
    r"/\s*(?=01,[^,/]*,[^,/]*,[0-9]{6}|02,[^,/]*,[^,/]*,[1-4]?,|03,[^,/]*,[A-Za-z]{0,3},|16,[0-9]{3},[0-9]*,"
    r"|88,|(?:49|98|99),[+-]?[0-9]*,)"
)
_PAIRS = (("01", "99"), ("02", "98"), ("03", "49"))
_PHYSICAL = range(10, 4_097)
_LENGTH_FIELD = 6
_FIELDS_BEFORE_TEXT = 3


@dataclass(slots=True)
class BaiRecord:
    """One logical record: its code, the line it begins on (1-based), and the fields of each of its lines.

    The first element of ``segments`` is the record's own line, the others are its 88 lines; codes are left out.
    ``code`` is "" for a line that is no record. ``physical`` counts its lines, as the trailers do. ``cut`` says that
    the file stops in it without a line end or a slash.
    """

    code: str
    line: int
    segments: list[list[str]]
    raw: list[str] = field(default_factory=list)
    physical: int = 1
    cut: bool = False

    @property
    def written(self) -> str:
        """The record as it stands in the file."""
        return "\n".join(self.raw)

    def fields(self) -> list[str]:
        """All fields in order, blanks trimmed; where a text begins, ``text_from`` has it whole."""
        return [value.strip() for segment in self.segments for value in segment]

    def text_from(self, place: int) -> str:
        """Everything from a field to the end of the record: commas kept, lines joined by a blank."""
        texts = []
        for segment in self.segments:
            if place < len(segment):
                texts.append(",".join(segment[max(place, 0) :]))
            place -= len(segment)
        return " ".join(text.strip() for text in texts if text.strip())


def bai_records(text: str) -> Iterator[BaiRecord]:
    """The logical records of ``text`` in file order."""
    current: BaiRecord | None = None
    for number, piece in _pieces(text):
        match = _CODE.match(piece)
        code = match["code"] if match else ""
        if match is None and current is not None and _wraps(current, piece):
            current.segments[-1][-1] += piece.removesuffix("/")
            current.raw.append(piece)
            continue
        if match is None:
            segment = [piece]
        else:
            body = piece[match.end() - (piece[match.end() - 1] == "/") :]
            segment = body.removesuffix("/").split(",") if body.strip("/ ") or "," in body else []
        if code == "88" and current is not None:
            current.segments.append(segment)
            current.raw.append(piece)
            current.physical += 1
            continue
        if current is not None:
            yield current
        current = BaiRecord(code, number, [segment], [piece])
    if current is not None:
        current.cut = not text.rstrip(" ").endswith(("\n", "/"))
        yield current


def _wraps(record: BaiRecord, piece: str) -> bool:
    """Whether a line that is no record is the rest of the text of the record above: a text that a line end has cut.

    Nothing that could be a record with a damaged code is taken for one: those have commas.
    """
    in_text = record.code == "16" and len(record.fields()) > _FIELDS_BEFORE_TEXT
    return in_text and not record.raw[-1].endswith("/") and "," not in piece


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(line, text of one physical record) without blanks at the ends."""
    blocks = _blocks(text)
    whole = _balanced(blocks or lines_of(text))
    for number, line in enumerate(blocks or lines_of(text), 1):
        bare = line.strip()
        if not bare:
            continue
        if whole:
            yield number, bare
            continue
        for piece in _INSIDE.split(bare):
            if piece.strip():
                yield number, piece.strip()


def _blocks(text: str) -> list[str]:
    """The records of a file without line ends whose records have a fixed length, or nothing where it is none."""
    bare = text.strip("\n")
    if "\n" in bare:
        return []
    header = bare.split("/", 1)[0].split(",")
    stated = header[_LENGTH_FIELD].strip() if len(header) > _LENGTH_FIELD else ""
    length = int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= 4 else 0
    if length not in _PHYSICAL or len(bare) <= length:
        return []
    blocks = [bare[position : position + length] for position in range(0, len(bare), length)]
    return blocks if all(_CODE.match(block) for block in blocks if block.strip()) else []


def _balanced(lines: Iterable[str]) -> bool:
    """Whether every opening record has its trailer at the beginning of a line: then no line holds two records."""
    counts = dict.fromkeys(CODES, 0)
    for line in lines:
        match = _CODE.match(line)
        if match:
            counts[match["code"]] += 1
    return counts["03"] > 0 and all(counts[opening] == counts[closing] for opening, closing in _PAIRS)
