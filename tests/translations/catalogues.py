"""What the code says, and what each application's French catalogue holds of it. No gettext of the system is needed.

A text belongs to the application whose Python says it; one of a template to the application named by the template's
folder, and to the ground floor where none is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import polib
from django.apps import apps
from django.contrib import admin
from django.utils.translation import override
from django.utils.translation.template import templatize

from dwaybank.kept import CONTEXT
from tests.translations import kept

ROOT: Final = Path(__file__).resolve().parents[2]
APPS: Final = ("dwaybank", "integrations", "reconciliation", "compliance")
# folders of templates that are not named as their application is
_FOLDERS: Final = {"connecting": "integrations"}
# function → places of its context, text and plural among its arguments
FUNCTIONS: Final[dict[str, tuple[int | None, int, int | None]]] = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_CALL: Final = re.compile(r"(?<![\w.])(?:" + "|".join(FUNCTIONS) + r")\(")
_HEADER: Final = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "fr_CA",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


class Said(NamedTuple):
    """One text of the code: its context ("" for none), singular, plural ("" for none), and a file that says it."""

    context: str
    singular: str
    plural: str
    file: str


def po_path(app: str) -> Path:
    """The French catalogue of an application."""
    return ROOT / app / "locale" / "fr_CA" / "LC_MESSAGES" / "django.po"


def owner_of(template: Path) -> str:
    """The application whose catalogue has the texts of a template."""
    for part in template.relative_to(ROOT / "templates").parts[:-1]:
        if part in APPS or part in _FOLDERS:
            return _FOLDERS.get(part, part)
    return APPS[0]


def templates() -> list[Path]:
    """All templates."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def modules(app: str) -> list[Path]:
    """The Python of an application, without its migrations."""
    return sorted(path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def said_by(app: str) -> list[Said]:
    """Every text for translation that the application says, each once, by text."""
    found: dict[tuple[str, str], Said] = {}
    for path in modules(app):
        for said in _said(ast.walk(ast.parse(path.read_text("utf-8"))), path):
            found.setdefault((said.context, said.singular), said)
    for path in templates():
        if owner_of(path) == app:
            for said in _said(_calls(templatize(path.read_text("utf-8"))), path):
                found.setdefault((said.context, said.singular), said)
    for said in (*_made_by_rule(app), *_kept(app)):
        found.setdefault((said.context, said.singular), said)
    return [found[key] for key in sorted(found)]


def _made_by_rule(app: str) -> Iterator[Said]:
    """Names of fields, tables, permissions and columns that stand in no code as they are shown."""
    for model in apps.get_app_config(app).get_models():
        meta, file = model._meta, f"{app}/models"
        if meta.auto_created:
            continue
        for field in (*meta.local_fields, *meta.local_many_to_many):
            if field._verbose_name is None:  # type: ignore[attr-defined]
                yield Said("", field.name.replace("_", " "), "", file)
        with override("en-ca"):
            names = [str(meta.verbose_name), str(meta.verbose_name_plural)]
        yield from (Said("", name, "", file) for name in (*names, *(name for _code, name in meta.permissions)))
    for screen in admin.site._registry.values():
        if type(screen).__module__.startswith(f"{app}."):
            shown = [*screen.list_display, *(name for _heading, names in screen.sections for name in names)]
            for column in shown:
                if callable(column) and getattr(column, "is_named_by_rule", False):
                    yield Said("", column.__name__.replace("_", " "), "", f"{app}/admin")


def _kept(app: str) -> Iterator[Said]:
    """Sentences that rows keep, and that the database raises."""
    for path in modules(app):
        file = str(path.relative_to(ROOT))
        yield from (Said(CONTEXT, text, "", file) for text in kept.in_python(path, file))
    for path, text in kept.in_sql(ROOT / app / "sql"):
        yield Said(CONTEXT, text, "", str(path.relative_to(ROOT)))


def _calls(code: str) -> Iterator[ast.AST]:
    """The calls in a template as Django hands it to xgettext: what stands between them is no Python."""
    for match in _CALL.finditer(code):
        for end in (place.end() for place in re.finditer(r"\)", code[match.start() :])):
            try:
                yield ast.parse(code[match.start() : match.start() + end], mode="eval").body
                break
            except SyntaxError:  # that parenthesis stands within the text
                continue


def _said(nodes: Iterator[ast.AST], path: Path) -> Iterator[Said]:
    file = str(path.relative_to(ROOT))
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            context, singular, plural = (_text(node, place) for place in FUNCTIONS[node.func.id])
            if singular:
                yield Said(context, singular, plural, file)


def _text(call: ast.Call, place: int | None) -> str:
    """The fixed text at that place; "" for what is known only when the program runs, which ``unwrapped`` names."""
    argument = call.args[place] if place is not None else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def renewed(app: str, said: list[Said]) -> polib.POFile:
    """The catalogue with exactly the texts that the code says; translations are kept, new texts have none yet."""
    known = {}
    if po_path(app).exists():
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(po_path(app)))}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = dict(_HEADER)
    for one in said:
        old = known.get((one.context, one.singular))
        entry = polib.POEntry(msgid=one.singular, occurrences=[(one.file, "")])
        entry.msgctxt = one.context or None
        if one.plural:
            entry.msgid_plural = one.plural
            entry.msgstr_plural = dict(old.msgstr_plural) if old and old.msgstr_plural else {0: "", 1: ""}
        elif old:
            entry.msgstr = old.msgstr
        if old and "fuzzy" in old.flags:
            entry.flags.append("fuzzy")
        catalogue.append(entry)
    return catalogue


def french_of(entry: polib.POEntry) -> list[str]:
    """The French texts of an entry: one, or one for each number."""
    return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]
