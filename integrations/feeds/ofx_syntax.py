"""The tags of OFX text, one after the other, in a single pass.

OFX 1 is SGML whose leaf tags are mostly not closed, OFX 2 is XML, and the files of real banks are a little
of both. So no tree is built here: a tag is its name, whether it closes, its line, and the text up to the next
tag. Time grows linearly with the text whatever it holds: every pattern stops at the next "<", and the search
for the end of a CDATA section, comment or instruction is remembered, not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKUP = re.compile(
    r"<(?:"
    # A "<" with anything else behind it is part of a text, as in "A < B" or "<3 COFFEE". Attributes (only the
    # root of OFX 2 has any) need an "=", so that "FISH <AND CHIPS>" stays a text.
    r"(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9._:-]*)(?:\s[^<>=]*=[^<>]*|\s*)/?>"
    r"|(?P<cdata>!\[CDATA\[)|(?P<comment>!--)|(?P<instruction>\?)"
    r")"
)
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": "\u00a0"}
_LAST_CODE_POINT = 0x10FFFF


@dataclass(slots=True)
class Tag:
    """One tag and the text behind it.

    ``text`` has its entities resolved and its outer blanks trimmed; ``written`` is the same text as the file
    has it (padding blanks kept, line breaks and indentation around it not). ``cut`` says that the text runs
    to the end of the file, so that nobody knows whether it is complete.
    """

    name: str
    closing: bool
    line: int
    start: int
    end: int
    text: str = ""
    written: str = ""
    cut: bool = False


class _Ends:
    """Where a closing mark comes next; each mark is searched through the text only once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, int] = {}

    def after(self, mark: str, position: int) -> int:
        """Offset of the next ``mark`` at or after ``position``, or -1."""
        known = self._known.get(mark)
        if known is None or -1 < known < position:
            known = self._text.find(mark, position)
            self._known[mark] = known
        return known


def tags(text: str) -> Iterator[Tag]:
    """All tags of ``text`` in file order; what stands before the first one (the header) is left out."""
    ends = _Ends(text)
    current: Tag | None = None
    pieces: list[tuple[str, bool]] = []  # (text, whether entities are to be resolved)
    position, line, counted = 0, 1, 0
    while match := _MARKUP.search(text, position):
        pieces.append((text[position : match.start()], True))
        if match["name"] is None:
            position = _behind_section(text, match, ends, pieces)
            continue
        if current is not None:
            yield _completed(current, pieces)
        pieces = []
        line += text.count("\n", counted, match.start())
        counted = match.start()
        current = Tag(match["name"].upper(), bool(match["close"]), line, match.start(), match.end())
        position = match.end()
    if current is not None:
        pieces.append((text[position:], True))
        current.cut = not current.closing
        yield _completed(current, pieces)


def _behind_section(text: str, match: re.Match[str], ends: _Ends, pieces: list[tuple[str, bool]]) -> int:
    """Offset behind a CDATA section (whose content joins ``pieces``), comment or instruction.

    A section that is never closed, or whose end belongs to a later section, is no section: only its mark is
    skipped, so that it cannot swallow rows.
    """
    opening, closing = match[0], "]]>" if match["cdata"] else "-->" if match["comment"] else "?>"
    end = ends.after(closing, match.end())
    if end < 0 or text.find(opening, match.end(), end) >= 0:
        return match.end()
    if match["cdata"]:
        pieces.append((text[match.end() : end], False))
    return end + len(closing)


def _completed(tag: Tag, pieces: list[tuple[str, bool]]) -> Tag:
    if tag.closing:  # text behind a closing tag belongs to nothing
        return tag
    if len(pieces) == 1:  # nearly always, and this is the innermost loop
        written = pieces[0][0]
        tag.text = _resolved(written).strip()
    else:
        written = "".join(piece for piece, _ in pieces)
        tag.text = "".join(_resolved(piece) if entities else piece for piece, entities in pieces).strip()
    tag.written = _without_layout(written)
    return tag


def _without_layout(value: str) -> str:
    """The value without the line breaks and indentation around it; padding on its own line stays."""
    if not value or value.isspace():
        return ""
    body = value.strip()
    begin = value.find(body)
    lead, trail = value[:begin], value[begin + len(body) :]
    lead = "" if "\n" in lead else lead
    return lead + body + trail.split("\n", 1)[0]


def _resolved(text: str) -> str:
    """Entities resolved once; a lone "&" and unknown names stay as they are."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    # NUL stands for "no such character" here; the cleaning of the row replaces and reports it.
    return chr(code) if code <= _LAST_CODE_POINT else "\x00"
