"""SWIFT text to messages and their fields, with line numbers: no row may vanish in the field above it.

A message begins with ``:20:`` and ends with ``-``, ``-}`` or the next ``:20:``. Lines that do not begin with a tag
continue the field above. A line that begins with a colon and is no tag would do so silently: it is a defect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.feeds.source import lines_of

_TAG = re.compile(r":(?P<tag>[0-9]{2}[A-Z]?|NS):")
# A tag with one character wrong: the line is a field, but nobody knows which.
_BROKEN_TAG = re.compile(
    r"\s?:.{1,4}:|\s?:[0-9OIl]{2}|[;.][0-9]{2}[A-Z]?[:;]|\s+:[0-9]{2}[A-Z]?:|.?[0-9]{2}[FMC]?:[CD]?[0-9]{6}"
    # or no tag at all is left before date, direction, amount and code
    r"|.{0,5}[0-9]{6}(?:[0-9]{4})?R?[CD][A-Z]?[0-9]{1,12},[0-9]{0,2}[NSF][A-Z0-9]{3}"
)
# A statement line behind the text of another field: the line end between them is lost.
_HIDDEN = re.compile(r"(?<=.):61:[0-9]{6}(?:[0-9]{4})?R?[CD]")
# What a statement line (:61:) looks like even with a character or two wrong: date, direction and amount, or amount and
# code.
_MOVEMENT = re.compile(
    r"[0-9]{4,10}.?R?.?[CD].{0,2}[0-9]+,|[0-9]{1,12},[0-9]{0,2}[A-Z][A-Z0-9]{3}|[0-9]{6}R?[CD][0-9]+"
)
_HEAD = 60
_END = re.compile(r"-(?:\}.*|X{3}\s*|\s*)$")
_RECEIVED = re.compile(r"\{2:O94[0-9]{11}(?P<sender>[A-Z0-9]{8})")
_SENT = re.compile(r"\{1:[A-Z][0-9]{2}(?P<sender>[A-Z0-9]{8})")
_REPORT = re.compile(r"\{2:[IO]942|^942\b", re.MULTILINE)
_ONCE = frozenset({"20", "25", "25P", "60F", "60M"})
_ENVELOPE = "{"
_MOST_ENVELOPE = 10


@dataclass(slots=True)
class SwiftField:
    """One field: ``tag`` is "" for a line whose tag is damaged."""

    tag: str
    line: int
    lines: list[str]

    @property
    def value(self) -> str:
        """The text behind the tag, lines apart."""
        return "\n".join(self.lines)

    @property
    def written(self) -> str:
        """The field as it stands in the file."""
        return f":{self.tag}:{self.value}" if self.tag else self.value


@dataclass(slots=True)
class SwiftMessage:
    """One statement or report.

    ``odd`` are lines that look like a field with a damaged tag but hold no movement: they were taken as text of the
    field above. ``ended`` says that the end mark, or another message, stands behind this one.
    """

    line: int
    envelope: str = ""
    fields: list[SwiftField] = field(default_factory=list)
    odd: list[SwiftField] = field(default_factory=list)
    ended: bool = False

    def first(self, *tags: str) -> SwiftField | None:
        """The first field of one of these tags."""
        return next((found for found in self.fields if found.tag in tags), None)

    @property
    def is_report(self) -> bool:
        """Whether this is an interim report (MT942): it has no balances, but a floor limit."""
        if self.first("60F", "60M", "62F", "62M"):
            return False
        return self.first("34F", "13D", "90D", "90C") is not None or _REPORT.search(self.envelope) is not None

    @property
    def sender(self) -> str:
        """BIC of the bank that wrote the message, or "".

        In a message as received (block 2 begins with O) it stands in block 2 and block 1 is the receiver's; in one as
        sent (I) it stands in block 1.
        """
        match = _RECEIVED.search(self.envelope) or _SENT.search(self.envelope)
        return match["sender"] if match else ""


def messages(text: str) -> Iterator[SwiftMessage]:
    """The messages of ``text`` in file order; what stands outside is envelope."""
    message: SwiftMessage | None = None
    envelope: list[str] = []
    for number, line in enumerate(lines_of(text), 1):
        if message is None and line.startswith(_ENVELOPE) and "{4:" in line:
            opening, _, line = line.partition("{4:")
            envelope.append(opening)
        if _END.match(line):
            if message is not None:
                message.ended = True
                yield message
                message = None
            continue
        match = _TAG.match(line)
        if match is None:
            if message is None:
                envelope.append(line)
            else:
                _continue(message, line, number)
            continue
        tag = match["tag"]
        if message is not None and tag in _ONCE and message.first(tag):
            message.ended = True
            yield message
            message = None
        if message is None:
            message = SwiftMessage(number, "\n".join(envelope[-_MOST_ENVELOPE:]))
            envelope.clear()
        message.fields.append(SwiftField(tag, number, [line[match.end() :]]))
        if _HIDDEN.search(line):
            message.fields.append(SwiftField("", number, [line]))
    if message is not None:
        yield message


def _continue(message: SwiftMessage, line: str, number: int) -> None:
    if line.startswith(_ENVELOPE):
        return  # the envelope of the next message, whose end mark is missing
    broken = _BROKEN_TAG.match(line)
    if (broken and _MOVEMENT.search(line[:_HEAD])) or _HIDDEN.search(line):
        message.fields.append(SwiftField("", number, [line]))
        return
    if broken:
        message.odd.append(SwiftField("", number, [line]))
    if message.fields and line.strip():
        message.fields[-1].lines.append(line)
