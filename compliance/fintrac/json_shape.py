"""Between payload dataclasses and the regulator's JSON, by one set of conventions instead of code per class.

``report_details`` is ``reportDetails``. None is left out (a field that does not apply stays away); a tuple is a list
and always there, also empty. Amounts are texts, moments carry their offset, codes are their numbers. A class with
``TYPE`` writes ``typeCode``; an ``address`` writes ``addressTypeCode`` beside itself. What is written reads back equal.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from compliance.fintrac.schema import AMOUNT
from compliance.marking import SaidError, gettext_noop

MOST_WHOLE_DIGITS: Final = 17
MOST_DECIMALS: Final = 10
_UNITS: Final = re.compile(r"_([a-z0-9])")

T = TypeVar("T")


class NotThisShape(SaidError, ValueError):
    """A JSON value cannot be read into its field. ``path`` is a JSON Pointer to it."""

    def __init__(self, path: str, problem: str, **values: Any) -> None:
        super().__init__(problem, **values)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path or 'The report'}: {super().__str__()}"


@lru_cache(maxsize=1024)
def json_name(name: str) -> str:
    """The regulator's name of a field: snake case to camel case."""
    return _UNITS.sub(lambda match: match.group(1).upper(), name)


def amount_text(amount: Decimal) -> str:
    """An amount or rate as the regulator takes it: 12000.00, never 12000.5; no exponent.

    Raises ValueError for a negative or endless number, and for more digits than fit: nothing is rounded.
    """
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{amount} is no amount; it must be zero or more.")
    text = f"{amount:f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(2, "0")
    whole = whole.lstrip("0") or "0"
    if len(whole) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
        raise ValueError(
            f"{amount} has more than {MOST_WHOLE_DIGITS} digits before or {MOST_DECIMALS} after the point; "
            "state it with fewer."
        )
    return f"{whole}.{decimals}"


def to_json(value: Any) -> Any:
    """A payload as JSON's own types, ready for ``json.dumps``."""
    if is_dataclass(value) and not isinstance(value, type):
        return _object_to_json(value)
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, bool | str) and not isinstance(value, StrEnum):
        return value
    if isinstance(value, IntEnum | int):
        return int(value)
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return amount_text(value)
    if isinstance(value, datetime | time):
        return _moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a report.")


def _moment_text(moment: datetime | time) -> str:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset; add one.")
    text = moment.replace(microsecond=0).isoformat()
    if not re.search(r"[-+][0-9]{2}:[0-9]{2}$", text):
        raise ValueError(f"The offset of {moment} has seconds; the regulator's format has none.")
    return text


def _object_to_json(value: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if hasattr(value, "TYPE"):
        made["typeCode"] = int(value.TYPE)
    for field in fields(value):
        content = getattr(value, field.name)
        if content is None:
            continue
        if field.name == "address":
            made["addressTypeCode"] = int(content.TYPE)
        made[json_name(field.name)] = to_json(content)
    return made


def from_json(kind: type[T], value: object, path: str = "") -> T:
    """The payload dataclass ``kind`` out of parsed JSON. Raises NotThisShape with the place of the first fault."""
    made: T = _read(kind, value, path)
    return made


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if name != "TYPE"}


def _read(kind: Any, value: object, path: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union([one for one in get_args(kind) if one is not type(None)], value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise NotThisShape(path, gettext_noop("a list is needed here."))
        item = get_args(kind)[0]
        return tuple(_read(item, one, f"{path}/{place}") for place, one in enumerate(value))
    if is_dataclass(kind):
        return _read_object(kind, value, path)
    return _read_scalar(kind, value, path)


def _read_union(kinds: list[Any], value: object, path: str) -> Any:
    if len(kinds) == 1:
        return _read(kinds[0], value, path)
    code = value.get("typeCode") if isinstance(value, dict) else None
    for kind in kinds:
        if code == kind.TYPE:
            return _read(kind, value, path)
    known = ", ".join(str(int(kind.TYPE)) for kind in kinds)
    raise NotThisShape(f"{path}/typeCode", gettext_noop("typeCode must be one of %(known)s."), known=known)


def _read_object(kind: Any, value: object, path: str) -> Any:
    if not isinstance(value, dict):
        raise NotThisShape(path, gettext_noop("an object is needed here."))
    known = {json_name(field.name): field for field in fields(kind)}
    derived = ({"typeCode"} if hasattr(kind, "TYPE") else set()) | (
        {"addressTypeCode"} if "address" in known else set()
    )
    if unknown := value.keys() - known.keys() - derived:
        raise NotThisShape(f"{path}/{min(unknown)}", gettext_noop("there is no such field here."))
    if hasattr(kind, "TYPE") and value.get("typeCode") != kind.TYPE:
        raise NotThisShape(f"{path}/typeCode", gettext_noop("typeCode must be %(known)s."), known=int(kind.TYPE))
    arguments = {
        field.name: _read(_hints(kind)[field.name], value[name], f"{path}/{name}")
        for name, field in known.items()
        if name in value
    }
    if "addressTypeCode" in value and "address" in known:
        _check_address_type(arguments.get("address"), value["addressTypeCode"], path)
    try:
        return kind(**arguments)
    except TypeError:
        missing = [name for name, field in known.items() if name not in value and _is_required(field)]
        raise NotThisShape(f"{path}/{missing[0] if missing else ''}", gettext_noop("this field is missing.")) from None


def _is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _check_address_type(address: Any, code: object, path: str) -> None:
    if address is None or code != address.TYPE:
        raise NotThisShape(f"{path}/addressTypeCode", gettext_noop("it does not agree with the address beside it."))


def _read_scalar(kind: Any, value: object, path: str) -> Any:
    try:
        if kind in (bool, str):
            if not isinstance(value, kind):
                raise ValueError
            return value
        if issubclass(kind, int):
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError
            return kind(value)
        if not isinstance(value, str):
            raise ValueError
        if kind is Decimal:
            return _read_amount(value)
        return kind(value) if issubclass(kind, StrEnum) else _read_moment(kind, value)
    except ValueError:
        raise NotThisShape(path, _KINDS.get(kind, _NO_CODE), value=repr(str(value)[:40])) from None


_KINDS: Final[Mapping[Any, str]] = {
    bool: gettext_noop("%(value)s is no true or false."),
    str: gettext_noop("%(value)s is no text."),
    int: gettext_noop("%(value)s is no whole number."),
    Decimal: gettext_noop("%(value)s is no amount such as 12000.00."),
    datetime: gettext_noop("%(value)s is no time with offset such as 2025-06-02T09:15:00-04:00."),
    date: gettext_noop("%(value)s is no date such as 2025-06-02."),
    time: gettext_noop("%(value)s is no time with offset such as 09:15:00-04:00."),
}
_NO_CODE: Final = gettext_noop("%(value)s is no known code.")


def _read_amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _read_moment(kind: type[date] | type[time], text: str) -> date | time:
    moment = kind.fromisoformat(text)
    zone: tzinfo | None = getattr(moment, "tzinfo", None)
    if kind is not date and zone is None:
        raise ValueError(text)
    return moment
