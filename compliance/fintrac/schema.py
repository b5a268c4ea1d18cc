"""Check layer 1: the shape of a report, against the table ``schema.toml``.

Pure. Finds every fault, not only the first. All findings of this layer are rejects.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from compliance.fintrac import code_lists, codes
from compliance.fintrac.findings import Finding, Severity

ROOTS: Final = ("LCTR", "STR", "DELETE")

AMOUNT: Final = re.compile(r"[0-9]{1,17}(\.[0-9]{2,10})?")
# Each pattern with what it wants, in both languages. Times are only shaped here; layer 2 looks whether they exist.
_PATTERNS: Final[dict[str, tuple[re.Pattern[str], str, str]]] = {
    "amount": (
        AMOUNT,
        'a text such as "12000.00": up to 17 digits, then nothing or a point and 2 to 10 digits',
        "un texte comme « 12000.00 » : au plus 17 chiffres, puis rien ou un point et 2 à 10 chiffres",
    ),
    "datetime": (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[-+][0-9]{2}:[0-9]{2}"),
        'a date and time with offset such as "2025-06-02T09:15:00-04:00", without fractions or Z',
        "une date et heure avec décalage comme « 2025-06-02T09:15:00-04:00 », sans fraction ni Z",
    ),
    "date": (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        'a date such as "2025-06-02"',
        "une date comme « 2025-06-02 »",
    ),
    "time": (
        re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}[-+][0-9]{2}:[0-9]{2}"),
        'a time with offset such as "09:15:00-04:00"',
        "une heure avec décalage comme « 09:15:00-04:00 »",
    ),
}
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object, as its line in the table says."""

    kind: str
    arguments: tuple[str, ...]
    required: bool = False
    item: Field | None = None
    at_least_one: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One object of the table."""

    name: str
    fields: Mapping[str, Field]
    closed: bool


@lru_cache(maxsize=1)
def shapes() -> Mapping[str, Shape]:
    """The whole table, read once."""
    table = tomllib.loads(files("compliance.fintrac").joinpath("schema.toml").read_text("utf-8"))
    return {
        name: Shape(
            name,
            {key: _field(text) for key, text in lines.items() if key != "closed"},
            bool(lines.get("closed", False)),
        )
        for name, lines in table.items()
    }


def _field(text: str) -> Field:
    required = text.startswith("required ")
    text = text.removeprefix("required ")
    if text.startswith("["):
        inner, _, more = text[1:].partition("]")
        return Field("array", (), required, _field(inner), at_least_one=more == "+")
    kind, *arguments = text.split()
    return Field(kind, tuple(arguments), required)


@lru_cache(maxsize=256)
def allowed_codes(field: Field) -> tuple[int, ...]:
    """The numbers that a field of kind "code" may have."""
    name, *picks = field.arguments
    members: type[codes.Code] = getattr(codes, name)
    chosen = [int(pick) for pick in picks]
    if any(number > 0 for number in chosen):
        return tuple(chosen)
    return tuple(int(member) for member in members if -int(member) not in chosen)


def check_schema(document: object, root: str) -> list[Finding]:
    """Every fault of shape in a parsed JSON document. ``root`` is one of ``ROOTS``."""
    return list(_object(document, shapes()[root], ""))


def _finding(code: str, path: str, en: str, fr: str) -> Finding:
    return Finding(f"schema.{code}", path, Severity.REJECT, en, fr)


def _wrong_type(path: str, en: str, fr: str) -> Finding:
    return _finding("type", path, f"This must be {en}.", f"Ce champ doit être {fr}.")


def _object(value: object, shape: Shape, path: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield _wrong_type(path, "an object", "un objet")
        return
    for name, field in shape.fields.items():
        if name in value:
            yield from _value(value[name], field, f"{path}/{name}")
        elif field.required and field.kind == "array":
            yield _finding(
                "required",
                f"{path}/{name}",
                f"The list {name} is missing; an empty list must be there as [].",
                f"La liste {name} est absente; une liste vide doit être présente ([]).",
            )
        elif field.required:
            yield _finding("required", f"{path}/{name}", f"{name} is missing.", f"{name} est absent.")
    if shape.closed:
        for name in value.keys() - shape.fields.keys():
            yield _finding(
                "unknown_field",
                f"{path}/{_escaped(str(name))}",
                f"There is no field {name} here; remove it.",
                f"Il n'y a pas de champ {name} ici; retirez-le.",
            )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _value(value: object, field: Field, path: str) -> Iterator[Finding]:
    if field.kind == "array":
        yield from _array(value, field, path)
    elif field.kind == "object":
        yield from _object(value, shapes()[field.arguments[0]], path)
    elif field.kind == "union":
        yield from _union(value, field, path)
    elif finding := _CHECKS[field.kind](value, field, path):
        yield finding


def _array(value: object, field: Field, path: str) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield _wrong_type(path, "a list", "une liste")
        return
    if field.at_least_one and not value:
        yield _finding("empty", path, "At least one entry is needed.", "Il faut au moins une entrée.")
    assert field.item is not None  # noqa: S101 - the table gives each array its kind
    for place, item in enumerate(value):
        yield from _value(item, field.item, f"{path}/{place}")


def _union(value: object, field: Field, path: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield _wrong_type(path, "an object", "un objet")
        return
    by_code = {
        code: shapes()[name] for name in field.arguments for code in allowed_codes(shapes()[name].fields["typeCode"])
    }
    code = value.get("typeCode")
    if not _is_integer(code) or code not in by_code:
        known = ", ".join(str(number) for number in by_code)
        yield _finding(
            "code", f"{path}/typeCode", f"typeCode must be one of {known}.", f"typeCode doit être l'un de : {known}."
        )
        return
    yield from _object(value, by_code[code], path)


def _is_integer(value: object) -> bool:
    # JSON has one kind of number: 3.0 is an integer there
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _boolean(value: object, field: Field, path: str) -> Finding | None:
    return None if isinstance(value, bool) else _wrong_type(path, "true or false", "vrai ou faux (true, false)")


def _number(value: object, field: Field, path: str) -> Finding | None:
    if field.kind == "integer":
        return None if _is_integer(value) else _wrong_type(path, "a whole number", "un nombre entier")
    ok = isinstance(value, int | float) and not isinstance(value, bool)
    return None if ok else _wrong_type(path, "a number", "un nombre")


def _text(value: object, field: Field, path: str) -> Finding | None:
    if not isinstance(value, str):
        return _wrong_type(path, "text", "un texte")
    limit = int(field.arguments[0]) if field.arguments else None
    if limit is not None and len(value) > limit:
        return _finding(
            "too_long",
            path,
            f"The text has {len(value)} characters; {limit} are allowed.",
            f"Le texte compte {len(value)} caractères; {limit} sont permis.",
        )
    return None


def _token(value: object, field: Field, path: str) -> Finding | None:
    if not isinstance(value, str):
        return _wrong_type(path, "text", "un texte")
    limit = int(field.arguments[0])
    if len(value) > limit or not _TOKEN.fullmatch(value):
        return _finding(
            "format",
            path,
            f"This must be 1 to {limit} letters without accents, digits, hyphens or underscores.",
            f"Ce champ doit compter de 1 à {limit} lettres sans accent, chiffres, traits d'union ou soulignés.",
        )
    return None


def _pattern(value: object, field: Field, path: str) -> Finding | None:
    pattern, en, fr = _PATTERNS[field.kind]
    if not isinstance(value, str):
        return _wrong_type(path, en, fr)
    if not pattern.fullmatch(value):
        return _finding("format", path, f"This must be {en}.", f"Ce champ doit être {fr}.")
    return None


def _code(value: object, field: Field, path: str) -> Finding | None:
    if not _is_integer(value):
        return _wrong_type(path, "a whole number", "un nombre entier")
    known = allowed_codes(field)
    if value in known:
        return None
    numbers = ", ".join(str(number) for number in known)
    return _finding("code", path, f"The code must be one of {numbers}.", f"Le code doit être l'un de : {numbers}.")


def _list(value: object, field: Field, path: str) -> Finding | None:
    if not isinstance(value, str):
        return _wrong_type(path, "text", "un texte")
    if value in code_lists.LISTS[field.arguments[0]]:
        return None
    return _finding(
        "code",
        path,
        f"{value[:10]!r} is not in the regulator's list of {field.arguments[0]} codes.",
        f"« {value[:10]} » n'est pas dans la liste de codes du régulateur ({field.arguments[0]}).",
    )


def _directive(value: object, field: Field, path: str) -> Finding | None:
    if isinstance(value, str) and value in list(codes.MinisterialDirective):
        return None
    known = ", ".join(codes.MinisterialDirective)
    return _finding(
        "code", path, f"The directive must be one of {known}.", f"La directive doit être l'une de : {known}."
    )


def _province(value: object, field: Field, path: str) -> Finding | None:
    if isinstance(value, str) and len(value) == 2:
        return None
    return _finding(
        "format", path, "A province or state code has two letters.", "Un code de province ou d'État a deux lettres."
    )


_CHECKS: Final[dict[str, Callable[[Any, Field, str], Finding | None]]] = {
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "text": _text,
    "token": _token,
    "code": _code,
    "list": _list,
    "directive": _directive,
    "province": _province,
    **dict.fromkeys(_PATTERNS, _pattern),
}
