"""Finds the sentences that rows keep in English and screens say in the reader's language (``dwaybank/kept.py``): in the
f-strings of readers, imports, syncs and connectors, in reasons that a program gives the audit, and in what triggers
and functions of the database raise. They are entries of the catalogues, each value named as the code names it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# rooms that speak of a file, a line or a bank: every sentence in them, and every part that is put into one
ROOMS: Final = tuple(
    f"integrations/{room}/" for room in ("feeds", "banks", "importing", "syncing", "webhooks", "connecting")
)
# their modules that hold words of files (column headings, months): only whole sentences there
_WORDS_OF_FILES: Final = re.compile(
    r"feeds/(csv_layouts?\w*|banks|cleaning|csv_suggestion|csv_rows|dates|institutions)\.py|importing/normalising\.py"
    r"|plaid/reading\.py|flinks/reading\.py|settings\.py|fdx/webhooks\.py"
)
# what these are called with is kept, wherever it stands: reasons of the audit, of triggers; messages of a row
_KEEPERS: Final = frozenset({"actor", "_actor", "Actor", "acting_as", "replace", "refuse"})
_KEPT_ARGUMENTS: Final = frozenset({"message", "reason", "closed_reason"})
_OTHER_LANGUAGE: Final = frozenset(
    {"gettext_noop", "_", "_lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
)
_SILENT: Final = re.compile(
    r"log(ger)?\.\w+$|^re\.|execute$|ImproperlyConfigured|^(Value|Type|Runtime|Assertion|Key)Error"
)
_NO_ROOM: Final = re.compile(r"/(migrations|management|sandbox|fintrac)/|demo")
_SENTENCE: Final = re.compile(r"^(?:[A-Z\u201c\"':]|%\(\w+\)s).*\s.*[.!?](?:%\(\w+\)s)?$")
_PART: Final = re.compile(r"[A-Za-z']{2,} [A-Za-z(%]{2}|\ba [A-Za-z]{2}|%\(\w+\)s [a-z]{2}|[a-z]{2} %\(")
# parts that no rule finds stand on lines that end so
_MARKED: Final = re.compile(r"# kept$")
_LITERAL: Final = re.compile(r'"([^"]+)"')
_TITLE: Final = re.compile(r"^[A-Z].* CSV(?: before \d+)?(?: \(|$)")
_LEAST_WORDS: Final = 3
# patterns, SQL, addresses, runs, what files say
_NO_WORDS: Final = re.compile(
    r"\\|\(\?|\n|\b(?:SELECT|INSERT|UPDATE|DELETE|COPY|CREATE|ANALYZE|FROM|WHERE) | IS (?:NOT|DISTINCT)|://|%[sd]|\]"
    r"|^Bearer|^\w+:\w|^[A-Z ]+$"
)
_VALUE: Final = re.compile(r"%\(\w+\)s")
_RAISED: Final = re.compile(r"RAISE\s+EXCEPTION\s+'((?:[^']|'')*)'|HINT\s*=\s*'((?:[^']|'')*)'")
# a remark of a row, and parts of what is raised
_REMARK: Final = re.compile(r"(?:THEN|ELSE|remark =)\s+'([a-z][^'\n]* [^'\n]* [^'\n]*)'")
_JOINED: Final = re.compile(r"'([A-Z][^'\n]* )' \|\| (\w+) \|\| '([^'\n]*\.)'")
# what is said about a value, not its name
_CHANGES: Final = frozenset({"lower", "upper", "strip", "capitalize", "title"})
_VERSION: Final = re.compile(r"_v\d+$")


def in_python(path: Path, relative: str) -> Iterator[str]:
    """The kept sentences of a module, with ``%(name)s`` for each value."""
    if _NO_ROOM.search(relative):
        return
    search = _Search(in_room=relative.startswith(ROOMS), whole_only=bool(_WORDS_OF_FILES.search(relative)))
    code = path.read_text("utf-8")
    search.visit(ast.parse(code))
    yield from search.found
    for line in code.splitlines():
        if _MARKED.search(line):
            yield from (text.strip() for text in _LITERAL.findall(line) if re.search("[A-Za-z]", text))


def in_sql(folder: Path) -> Iterator[tuple[Path, str]]:
    """What the newest version of each SQL file below the folder raises: message and hint."""
    newest = {_VERSION.sub("", str(path.with_suffix(""))): path for path in sorted(folder.rglob("*.sql"))}
    for path in newest.values():
        code = path.read_text("utf-8")
        for message, hint in _RAISED.findall(code):
            parts = (message or hint).replace("''", "'").replace("%%", "\0").split("%")
            named = [f"%({place})s{part}" for place, part in enumerate(parts[1:], start=1)]
            yield path, "".join([parts[0], *named]).replace("\0", "%")
        yield from ((path, remark) for remark in _REMARK.findall(code))
        for before, name, after in _JOINED.findall(code):
            yield path, f"{before}%({name})s{after}"


class _Search(ast.NodeVisitor):
    """Walks a module; ``found`` has the texts."""

    def __init__(self, *, in_room: bool, whole_only: bool) -> None:
        self.in_room = in_room
        self.whole_only = whole_only
        self.found: list[str] = []
        self._is_kept = False  # within the arguments of what keeps them
        self._within = False  # within a value of a text

    def visit(self, node: ast.AST) -> None:
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(body, list) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = body[1:]  # the docstring
        super().visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        # meanings of codes are for programmers
        node.body = [one for one in node.body if not (isinstance(one, ast.Assign) and isinstance(one.value, ast.Tuple))]
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._note(node.value.strip())

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        names: Counter[str] = Counter()
        parts = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            else:
                name = _name(part)
                names[name] += 1
                parts.append(f"%({name}{names[name] if names[name] > 1 else ''})s")
        self._note("".join(parts).strip())
        kept, within = self._is_kept, self._within
        self._is_kept, self._within = False, kept or self.in_room
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)
        self._is_kept, self._within = kept, within

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _OTHER_LANGUAGE or _SILENT.search(ast.unparse(node.func)):
            return
        kept = self._is_kept
        given = node.args[2:] if name == "Actor" else node.args  # who, and the name of the run
        for argument in (*given, *node.keywords):
            keyword = argument.arg if isinstance(argument, ast.keyword) else None
            self._is_kept = kept or name in _KEEPERS or keyword in _KEPT_ARGUMENTS
            self.visit(argument)
        self._is_kept = kept
        self.visit(node.func)

    def _note(self, text: str) -> None:
        words = _VALUE.sub("", text)
        if not re.search(r"[A-Za-z]{2}", words) or _NO_WORDS.search(text):
            return
        is_part = bool(_PART.search(text))
        if self._is_kept or self._within:
            wanted = is_part
        else:
            wanted = self.in_room and bool(
                (_SENTENCE.search(text) and len(text.split()) >= _LEAST_WORDS)
                or _TITLE.search(text)
                or (is_part and not self.whole_only)
            )
        if wanted:
            self.found.append(text)


def _name(node: ast.AST) -> str:
    """What a value is called: the last name of its expression."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    if isinstance(node, ast.FormattedValue | ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr).strip("_").lower()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
        return _name(node.func.value)
    if isinstance(node, ast.Call):
        return _name(node.args[0] if node.args else node.func)
    return "value"
