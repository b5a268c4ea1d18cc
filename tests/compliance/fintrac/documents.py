"""Random reports of the right shape, made from the table of the shape."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from compliance.fintrac import code_lists
from compliance.fintrac.schema import Field, allowed_codes, shapes

TEXT = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
TOKEN = st.sampled_from("ABCabc019-_")
MOMENT = st.builds(
    lambda naive, hours: naive.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours))),
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the offset follows
    st.integers(-11, 13),
)


def scalar(field: Field) -> st.SearchStrategy[Any]:
    """Values of one kind that is no object and no list."""
    limit = int(field.arguments[0]) if field.kind in ("text", "token") and field.arguments else 40
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text(TEXT, max_size=min(limit, 12)) | st.just("é" * limit),
        "token": st.text(TOKEN, min_size=1, max_size=min(limit, 12)) | st.just("a" * limit),
        "amount": st.from_regex(
            r"(0|[1-9][0-9]{0,16})\.[0-9]{2}([0-9]{0,7}[1-9])?", fullmatch=True, alphabet="0123456789."
        ),
        "datetime": MOMENT.map(lambda moment: moment.isoformat()),
        "date": MOMENT.map(lambda moment: moment.date().isoformat()),
        "time": MOMENT.map(lambda moment: moment.timetz().isoformat()),
        "integer": st.integers(0, 10**7),
        "number": st.integers(0, 10**7),
        "boolean": st.booleans(),
        "directive": st.just("IR2020"),
        "province": st.sampled_from(["ON", "QC", "NL", "AK", "ZA", "QQ"]),
    }
    if field.kind == "code":
        return st.sampled_from(allowed_codes(field))
    if field.kind == "list":
        return st.sampled_from(sorted(code_lists.LISTS[field.arguments[0]]))
    return by_kind[field.kind]


@st.composite
def shaped(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """An object of the table with its required fields and some of the others."""
    made = {}
    for field_name, field in shapes()[name].fields.items():
        if field.required or draw(st.integers(0, 2)) == 0:
            made[field_name] = draw(value(field))
    if "address" in made:
        made["addressTypeCode"] = made["address"]["typeCode"]
    else:
        made.pop("addressTypeCode", None)
    return made


def value(field: Field) -> st.SearchStrategy[Any]:
    """Values of any kind."""
    if field.kind == "array":
        assert field.item is not None
        return st.lists(value(field.item), min_size=1 if field.at_least_one else 0, max_size=2)
    if field.kind == "object":
        return shaped(field.arguments[0])
    if field.kind == "union":
        return st.one_of([shaped(name) for name in field.arguments])
    return scalar(field)


JUNK = st.sampled_from([None, True, -1, 3, 3.0, 1.5, "", "x", "12000.5", "2025-06-02", "\\d", [], {}, "é" * 501])


@st.composite
def damaged(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A report with one to three faults: a field gone, one too many, or a value of another kind."""
    document = draw(shaped(name))
    for _ in range(draw(st.integers(1, 3))):
        places = [(document, key) for key in document]
        for holder, key in places:
            inner = holder[key]
            if isinstance(inner, dict):
                places += [(inner, one) for one in inner]
            elif isinstance(inner, list):
                places += [(inner, place) for place in range(len(inner))]  # type: ignore[misc]
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        how = draw(st.sampled_from(["drop", "junk", "extra"]))
        if how == "junk":
            holder[key] = draw(JUNK)
        elif how == "drop":
            del holder[key]
        elif isinstance(holder, dict):
            holder["noSuchField"] = draw(JUNK)
    return document
