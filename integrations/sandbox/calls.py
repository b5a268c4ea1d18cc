"""A call and its reply, between the protocols and HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.sandbox.faults import Fault


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``base`` is the server's own address."""

    method: str
    target: str
    fields: Mapping[str, str]
    body: bytes
    base: str
    fault: Fault | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def header(self, name: str) -> str:
        """A header's value, however its name is written; "" where it is missing."""
        return next((value for key, value in self.fields.items() if key.lower() == name.lower()), "")

    def query(self, name: str) -> str:
        """A parameter of the address; "" where it is missing."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]

    def form(self) -> dict[str, str]:
        """A form's fields."""
        return {name: values[0] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}

    def json(self) -> dict[str, Any]:
        """A JSON object; {} where the body is none."""
        try:
            document = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: an object as JSON, or a page."""

    status: int
    document: Any = None
    page: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        if self.page:
            return self.page.encode()
        return b"" if self.document is None else encode(self.document)

    @property
    def content_type(self) -> str:
        return "text/html; charset=utf-8" if self.page else "application/json"


def encode(document: Any) -> bytes:
    """JSON, amounts (Decimal) as numbers with their own digits."""
    return _write(document).encode()


def _write(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(name))}: {_write(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
