"""Rows as CSV that a spreadsheet opens as it is written: UTF-8 with a mark, and no text that it takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

BOM: Final = "\ufeff"
# a spreadsheet takes a text that begins so for a formula (OWASP, CSV injection); also in full width
_FORMULA: Final = re.compile(r"^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def plain_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if _FORMULA.match(text.lstrip(" ")) or _FORMULA.match(text) else text


def csv_line(values: Sequence[object]) -> str:
    """One line with its end. Texts of others go through ``plain_text`` first; figures keep their minus."""
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
