"""A document as a PDF for people to read. Loads reportlab: import it where a PDF is made, not with the module."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer


def pdf_of(document: Any, title: str, remark: str) -> bytes:
    """Every field of a JSON document under its name, below a title and a remark; the same input, the same bytes."""
    styles = getSampleStyleSheet()
    parts: list[Flowable] = [
        Paragraph(escape(title), styles["Title"]),
        Paragraph(escape(remark), styles["Normal"]),
        Spacer(1, 12),
        *_described(document, styles, 0),
    ]
    target = BytesIO()
    SimpleDocTemplate(target, pagesize=LETTER, title=title, invariant=1).build(parts)
    return target.getvalue()


def _described(value: Any, styles: Any, depth: int) -> Iterable[Flowable]:
    """Fields of an object as lines, inner objects under headings; empty lists are left out."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value, start=1):
        if inner in ([], {}):
            continue
        if isinstance(inner, dict | list):
            yield Paragraph(escape(str(name)), styles["Heading2" if depth == 0 else "Heading4"])
            yield from _described(inner, styles, depth + 1)
        else:
            indent = "&nbsp;" * 4 * depth
            yield Paragraph(f"{indent}<b>{escape(str(name))}</b>: {escape(str(inner))}", styles["Normal"])
