"""A camt message (ISO 20022) as a stream: statements with their parts, one small tree per part, never the whole file.

Namespaces and prefixes are left out, so that every version and files without a namespace read alike. Document types
and entities are refused by defusedxml; nesting is limited here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from integrations.feeds.problems import ProblemCode, refused

STATEMENT = "BkToCstmrStmt"
REPORT = "BkToCstmrAcctRpt"
NOTIFICATION = "BkToCstmrDbtCdtNtfctn"
MESSAGES = {STATEMENT: "camt.053", REPORT: "camt.052", NOTIFICATION: "camt.054"}
_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
_CHUNK = 65_536
_DEEPEST = 64  # the deepest path of camt.053.001.13 has about 20 levels


@dataclass(slots=True)
class Part:
    """One direct child of a statement: its tree, its line, and where its text lies (bytes of the UTF-8 text).

    ``statement`` counts from 1. A part without a tree marks the beginning of a statement.
    """

    message: str
    statement: int
    name: str
    line: int
    start: int
    end: int = 0
    tree: Element | None = None


class _Target:
    """What the XML parser calls; finished parts are collected until they are fetched."""

    def __init__(self) -> None:
        self.parser: DefusedXMLParser | None = None
        self.ready: list[Part] = []
        self._path: list[str] = []
        self._message = ""
        self._statement_depth = 0
        self._count = 0
        self._part: Part | None = None
        self._builder: TreeBuilder | None = None
        self._part_depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2].rpartition(":")[2]
        self._path.append(name)
        depth = len(self._path)
        if depth > _DEEPEST:
            raise refused(ProblemCode.XML_MALFORMED, f"The XML is nested more than {_DEEPEST} levels deep.")
        if self._builder is not None:
            self._builder.start(name, attributes)
        elif name in MESSAGES:
            self._message = name
        elif self._statement_depth and depth == self._statement_depth + 1:
            self._begin_part(name, attributes)
        elif self._message and name in _STATEMENTS and not self._statement_depth:
            self._statement_depth = depth
            self._count += 1
            self.ready.append(Part(self._message, self._count, name, self._line(), self._offset()))

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        depth = len(self._path) + 1
        if self._builder is not None and self._part is not None:
            self._builder.end(name)
            if depth == self._part_depth:
                self._part.tree = self._builder.close()
                self._part.end = self._offset()
                self.ready.append(self._part)
                self._part = self._builder = None
        elif depth == self._statement_depth:
            self._statement_depth = 0

    def close(self) -> None:
        """Nothing is left to do: the parser has checked that every element is closed."""

    def _begin_part(self, name: str, attributes: dict[str, str]) -> None:
        self._part = Part(self._message, self._count, name, self._line(), self._offset())
        self._part_depth = len(self._path)
        self._builder = TreeBuilder()
        self._builder.start(name, attributes)

    def _line(self) -> int:
        return self.parser.parser.CurrentLineNumber if self.parser is not None else 0

    def _offset(self) -> int:
        return self.parser.parser.CurrentByteIndex if self.parser is not None else 0


def parts(data: bytes) -> Iterator[Part]:
    """The parts of all statements in file order. ``data`` is UTF-8, whatever its XML declaration says.

    Raises StatementRefused: the XML is damaged, cut off, nested too deeply, or declares a document type.
    """
    target = _Target()
    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    target.parser = parser
    try:
        for position in range(0, len(data), _CHUNK):
            parser.feed(data[position : position + _CHUNK])
            yield from target.ready
            target.ready.clear()
        parser.close()
    except DefusedXmlException:
        raise refused(
            ProblemCode.DOCUMENT_TYPE_DECLARED,
            "The XML declares a document type or an entity, which no bank's statement does. It is not read.",
        ) from None
    except ParseError as damage:
        line = damage.position[0] if damage.position else 0
        raise refused(
            ProblemCode.XML_MALFORMED,
            f"The XML is damaged or cut off at line {line} ({damage}). Nothing was taken: download the file again.",
        ) from None
    yield from target.ready
