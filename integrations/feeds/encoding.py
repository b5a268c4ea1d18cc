"""Bytes to text, once for all formats.

The order: a byte order mark decides; then the NULs of unmarked UTF-16; then what an OFX or XML header declares;
then UTF-8; then Windows-1252, which reads any Western text. One deviation from what a header declares: many
writers copy ``CHARSET:1252`` into every file and then write UTF-8. Bytes that are valid multi-byte UTF-8
throughout are next to never meant as Windows-1252, so they are read as UTF-8, with a warning.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from integrations.feeds.cleaning import REPLACEMENT
from integrations.feeds.contract import FeedProblem
from integrations.feeds.problems import ProblemCode, refused, warning

_HEAD = 2_048
_LONGEST_UTF8 = 4
_LEAST_WIDE = 8

_OFX_HEAD = re.compile(rb"OFXHEADER|<\?OFX|<OFX|<\?xml", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"<\?xml[^<>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.IGNORECASE)
_OFX_CHARSET = re.compile(rb"CHARSET\s*:[ \t]*([0-9]+(?:-[0-9]+)?|[A-Za-z][A-Za-z0-9_-]*)", re.IGNORECASE)
_OFX_ENCODING = re.compile(rb"ENCODING\s*:[ \t]*(UTF-?8|UNICODE)", re.IGNORECASE)

# What headers say, and the codec for it. ISO-8859-1 is read as its superset Windows-1252, as browsers do:
# the bytes 80-9F are invisible controls in the one and letters in the other.
_CODECS = {
    "1252": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "8859-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-15": "iso8859-15",
    "8859-15": "iso8859-15",
    "437": "cp437",
    "850": "cp850",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "65001": "utf-8",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with line feeds only, and what a person should know about how it was read."""

    text: str
    encoding: str
    warnings: tuple[FeedProblem, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file.

    Raises StatementRefused (``binary_file``) where the text holds NUL characters: no statement does.
    """
    return _decoded(*_text_of(data))


def _decoded(text: str, encoding: str, mismatch: str) -> Decoded:
    if "\x00" in text:
        raise refused(
            ProblemCode.BINARY_FILE,
            "The file holds NUL bytes, so it is not a text file. "
            "Download the statement from the bank as OFX, QFX or CSV.",
        )
    warnings = []
    if mismatch:
        warnings.append(
            warning(
                ProblemCode.ENCODING_MISMATCH,
                f"The file declares {mismatch} but is written in UTF-8; it was read as UTF-8.",
            )
        )
    if REPLACEMENT in text:
        warnings.append(
            warning(
                ProblemCode.CHARACTERS_REPLACED,
                f"Some characters cannot be read as {encoding}, or were damaged before: they show as U+FFFD.",
            )
        )
    # A DOS end-of-file mark closes some exports; every kind of line end counts as one line.
    text = text.lstrip("\ufeff").rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding, tuple(warnings))


def decode_as(data: bytes, encoding: str) -> Decoded:
    """The text of a file whose encoding a person has named; a byte order mark still decides over it.

    Raises StatementRefused as ``decode`` does.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    return _decoded(data.decode(encoding, "replace"), encoding, "")


def _text_of(data: bytes) -> tuple[str, str, str]:
    """(text, encoding used, encoding that was declared and did not hold or "")."""
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :].decode("utf-8", "replace"), "UTF-8", ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "UTF-16", ""
    wide = _unmarked_utf16(data[:_HEAD])
    if wide:
        return data.decode(wide, "replace"), "UTF-16", ""
    declared = _declared(data[:_HEAD])
    utf8 = _as_utf8(data)
    if declared and declared != "utf-8":
        if utf8 is not None and not data.isascii():
            return utf8, "UTF-8", declared
        try:
            return data.decode(declared), declared, ""
        except UnicodeDecodeError:
            pass  # for example a byte that Windows-1252 leaves undefined: replaced below
    if utf8 is not None:
        return utf8, "UTF-8", ""
    return data.decode("cp1252", "replace"), "Windows-1252", ""


def _unmarked_utf16(head: bytes) -> str:
    """The codec of UTF-16 without a byte order mark, or "": Western text has a NUL in every second byte."""
    even, odd = head[0::2], head[1::2]
    if len(odd) < _LEAST_WIDE:
        return ""
    if odd.count(0) * 10 >= len(odd) * 9 and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 10 >= len(even) * 9 and not odd.count(0) else ""


def _as_utf8(data: bytes) -> str | None:
    """The text if the bytes are UTF-8, also where the file was cut inside its very last character."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as damage:
        cut_at_end = damage.reason == "unexpected end of data" and len(data) - damage.start < _LONGEST_UTF8
        return data.decode("utf-8", "replace") if cut_at_end and not data[: damage.start].isascii() else None


def _declared(head: bytes) -> str | None:
    """The codec that an OFX or XML header names, if it names one that is known."""
    if not _OFX_HEAD.search(head):
        return None
    xml = _XML_ENCODING.search(head)
    charset = _OFX_CHARSET.search(head)
    for match in (xml, charset):
        codec = _CODECS.get(match[1].decode("ascii").lower()) if match else None
        if codec:
            return codec
    return "utf-8" if _OFX_ENCODING.search(head) else None
