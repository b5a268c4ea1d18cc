"""Finds texts that people would read in English whatever their language: in Python by their place, in templates by
standing outside the tags of translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from django.template.base import Lexer, TokenType

from tests.translations.catalogues import FUNCTIONS, ROOT

# arguments and attributes that hold texts for people
_NAMES: Final = frozenset(
    {
        *("verbose_name", "verbose_name_plural", "help_text", "short_description", "description", "label", "title"),
        *("what", "heading", "note", "violation_error_message", "search_help_text", "empty_label", "empty_value"),
        *("error_messages", "label_heading", "subtitle", "site_header", "site_title", "index_title"),
        *("yes", "no", "unknown", "remedy", "hint"),
    }
)
# functions whose first text is read by people
_SPOKEN: Final = frozenset({"ValidationError", "success", "error", "warning", "info", "badge", "paragraph"})
# what writes a log, and columns, whose first text is a field
_SILENT: Final = re.compile(r"log(ger)?\.\w+$|^columns\.")
# exceptions of the program's own faults, and of commands: for operators, in English
_TECHNICAL: Final = re.compile(
    r"(Value|Type|Key|Lookup|Runtime|Assertion|NotImplemented|Command|Attribute|Permission|OS)Error"
    r"|ImproperlyConfigured|PermissionDenied|Http404|TransactionManagementError|SystemExit"
)
_WORDS: Final = re.compile(r"[A-Za-z]{2}")
_SENTENCE: Final = re.compile(r"^[A-Z\u201c][a-z]+|[a-z]{2} [a-z]{2}")
# rooms of Python whose texts are for operators and programmers, in English
_ENGLISH_ROOMS: Final = (
    *("translation.py", "management/", "sandbox/", "db/", "embedded/", "audit/", "checks.py", "settings.py"),
    *("secret_keys.py", "secrets.py", "inventory.py", "key_rotation.py", "demo.py", "live_demo.py", "demo_balances.py"),
    # these say both languages themselves, or mark what people read (compliance/marking.py)
    *("fintrac/", "aggregation.py"),
)
# what is the same in every language
_SAME: Final = re.compile(
    r"(DwayBank|CSV|camt|PDF|JSON|CAD|USD|FINTRAC|OFX|OSFI|IBAN|SHA-256|manage\.py|[A-Z]{2,5}|\W|\d|_)+"
)


def in_python(path: Path) -> Iterator[str]:
    """Texts of a module that people read and no translation reaches, as ``file:line: text``."""
    relative = str(path.relative_to(ROOT))
    if any(room in relative.partition("/")[2] for room in _ENGLISH_ROOMS):
        return
    tree = ast.parse(path.read_text("utf-8"))
    # in the admin's rooms and forms everything that reads like a sentence is for people
    strict = "/admin/" in relative or path.name == "forms.py"
    visitor = _Visitor(strict=strict)
    visitor.visit(tree)
    lines = path.read_text("utf-8").splitlines()
    for line, text in sorted(set(visitor.found)):
        if "# bank's words" in lines[line - 1]:
            continue
        yield f"{relative}:{line}: {text}"


class _Visitor(ast.NodeVisitor):
    """Walks a module; ``found`` has the lines and texts."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.found: list[tuple[int, str]] = []

    def _look(self, node: ast.AST | None, pattern: re.Pattern[str] = _WORDS) -> None:
        """Note the literal texts of an expression, through the places where a text may stand."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if pattern.search(node.value) and not _SAME.fullmatch(node.value):
                self.found.append((node.lineno, node.value[:90]))
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            if _WORDS.search(text) and not _SAME.fullmatch(text):
                self.found.append((node.lineno, f"f{text[:90]!r}"))
        elif isinstance(node, ast.IfExp):
            self._look(node.body, pattern)
            self._look(node.orelse, pattern)
        elif isinstance(node, ast.BinOp):
            self._look(node.left, pattern)
        elif isinstance(node, ast.BoolOp | ast.Dict):
            for one in node.values:
                self._look(one, pattern)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in {"actor", "_actor", "Actor", "acting_as"}:
            return  # the audit is written in one language
        if name in FUNCTIONS:
            context, text, plural = FUNCTIONS[name]
            for place in (context, text, plural):
                if place is not None and not isinstance(node.args[place], ast.Constant):
                    self.found.append((node.lineno, f"no fixed text: {ast.unparse(node)[:80]}"))
            return
        for keyword in node.keywords:
            if keyword.arg in _NAMES and not (keyword.arg in {"title", "note", "no", "yes"} and name == "dict"):
                self._look(keyword.value)
        if name in _SPOKEN and not _SILENT.search(ast.unparse(node.func)):
            for argument in node.args:
                self._look(argument)
        if (
            name.endswith("Field")
            and name != "RegexField"
            and node.args
            and not name.endswith(("OneField", "ManyField"))
        ):
            self._look(node.args[0])
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if isinstance(node.exc, ast.Call):
            name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
            if not _TECHNICAL.fullmatch(name):
                for argument in node.exc.args:
                    self._look(argument, _SENTENCE)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        if bases & {"TextChoices", "IntegerChoices"} and node.name != "Language":
            for item in node.body:
                if isinstance(item, ast.Assign):
                    if isinstance(item.value, ast.Tuple):
                        self._look(item.value.elts[-1])
                    else:
                        self.found.append((item.lineno, f"no label: {ast.unparse(item)[:80]}"))
            return
        self._body(node)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._body(node)

    def _body(self, node: Any) -> None:
        """Without the docstring."""
        first = node.body[0] if node.body else None
        is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        for child in ast.iter_child_nodes(node):
            if not (is_docstring and child is first):
                self.visit(child)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Name) and target.id in _NAMES for target in node.targets):
            self._look(node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id in _NAMES:
            self._look(node.value)
        if node.value is not None:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if self.strict and isinstance(node.value, str) and _reads_like_a_sentence(node.value):
            self.found.append((node.lineno, node.value[:90]))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        if not self.strict:
            return
        text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if _reads_like_a_sentence(text):
            self.found.append((node.lineno, f"f{text[:90]!r}"))


def _reads_like_a_sentence(text: str) -> bool:
    """Whether a person would take it for words: not markup, not a model's name, not classes of a style."""
    if "<" in text or "{" in text or re.fullmatch(r"[\w.:/\-?=&%]+", text):
        return bool(re.fullmatch(r"[A-Z][a-z]{2,}", text))
    return bool(_SENTENCE.search(text)) and not _SAME.fullmatch(text)


# --- Templates

_READ_ATTRIBUTES: Final = ("title", "aria-label", "alt", "placeholder", "aria-description")
# texts that a filter falls back on, and English plurals
_FALLBACK: Final = re.compile(r"\|(?:default|default_if_none|yesno):\"([^\"]*[A-Za-z]{2}[^\"]*)\"|\|(pluralize)\b")
_CLASSES: Final = frozenset({"bodyclass", "coltype"})
_NOT_READ: Final = frozenset({"script", "style", "code", "kbd"})


class _Texts(HTMLParser):
    """Collects the texts of a page with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ or dict(attrs).get("lang"):  # what says its own language is meant to be in it
            self._within.append(tag)
        is_button = dict(attrs).get("type") in {"submit", "button", "reset"} and tag == "input"
        for name, value in attrs:
            if (name in _READ_ATTRIBUTES or (is_button and name == "value")) and value:
                self._note(value)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self._note(data)

    def _note(self, text: str) -> None:
        text = " ".join(text.split())
        if _WORDS.search(text) and not _SAME.fullmatch(text):
            self.found.append((self.getpos()[0], text[:90]))


def in_template(path: Path) -> Iterator[str]:
    """Texts of a template outside the tags of translation, as ``file:line: text``; tags and variables are cut out."""
    kept, silent, in_classes = [], 0, False
    for token in Lexer(path.read_text("utf-8")).tokenize():
        lines = "\n" * token.contents.count("\n")
        name = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK:
            if name in {"blocktranslate", "blocktrans", "comment"}:
                silent += 1
            elif name in {"endblocktranslate", "endblocktrans", "endcomment"}:
                silent -= 1
            # classes of the page and of its columns, no words
            in_classes = (name == "block" and token.contents.split()[1] in _CLASSES) or (
                in_classes and name != "endblock"
            )
        is_text = token.token_type == TokenType.TEXT and not silent and not in_classes
        kept.append(token.contents if is_text else lines)
        for match in _FALLBACK.finditer(token.contents) if token.token_type != TokenType.TEXT else ():
            yield f"{path.relative_to(ROOT)}:{token.lineno}: {match[1] or match[2]}"
    parser = _Texts()
    parser.feed("".join(kept))
    relative = path.relative_to(ROOT)
    for line, text in parser.found:
        yield f"{relative}:{line}: {text}"
