"""Marks texts of the pure rules for translation. They stay English here; ``compliance.wording`` translates them."""

from __future__ import annotations

from typing import Any


def gettext_noop(text: str) -> str:
    """The text itself; the catalogues find it by this function's name. Django's own would draw Django in."""
    return text


class SaidError(Exception):
    """An error whose text is marked for translation; ``values`` are filled in."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values
