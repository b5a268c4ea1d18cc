"""The guides of docs/guide as pages: which there are, in which language, and their Markdown as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dwaybank.translation import Text

FOLDER: Final = Path(settings.BASE_DIR) / "docs" / "guide"
LANGUAGES: Final = ("en", "fr")
# file of the guide → (name of the role it is for, as dwaybank.roles has it; title)
GUIDES: Final[dict[str, tuple[str, Text]]] = {
    "compliance-officer": ("Compliance officer", _("Compliance officer")),
    "compliance-analyst": ("Compliance analyst", _("Compliance analyst")),
    "reconciliation-reviewer": ("Reconciliation reviewer", _("Reconciliation reviewer")),
    "approver": ("Approver", _("Approver")),
    "integration-operator": ("Integration operator", _("Integration operator")),
    "auditor": ("Auditor", _("Auditor")),
    "administrator": ("Administrator", _("Administrator")),
}
_GUIDE: Final = re.compile(r"([a-z-]+)\.md(#chapter-\d+)?")
_PICTURE: Final = re.compile(r"\.\./images/(en|fr)/([a-z-]+\.png)")


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide, ready to be shown: its title, its text, and the titles of its chapters in order."""

    title: str
    body: SafeString
    chapters: Sequence[str]


@lru_cache(maxsize=len(GUIDES) * len(LANGUAGES))
def guide(name: str, language: str) -> Guide:
    """The guide of a name in ``GUIDES``, in ``en`` or ``fr``. Chapters have the ids ``chapter-1``, ``chapter-2``…

    Raises KeyError for what is no guide.
    """
    if name not in GUIDES or language not in LANGUAGES:
        raise KeyError(name)
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse((FOLDER / language / f"{name}.md").read_text("utf-8"))
    title = tokens[1].content  # a guide begins with its title, which the page shows itself
    tokens, chapters = tokens[3:], []
    for heading, text in pairwise(tokens):
        if heading.type == "heading_open" and heading.tag == "h2":
            chapters.append(text.content)
            heading.attrSet("id", f"chapter-{len(chapters)}")
    for token in tokens:
        for inner in token.children or ():
            _lead_inside(inner)
    # the text is our own, and HTML in it is shown as text
    return Guide(title, mark_safe(reader.renderer.render(tokens, reader.options, {})), chapters)  # noqa: S308


def _lead_inside(token: Token) -> None:
    """Links between guides and to pictures, as the addresses of this site."""
    if token.type == "link_open" and (found := _GUIDE.fullmatch(str(token.attrGet("href")))):
        token.attrSet("href", reverse("admin:help_guide", args=[found[1]]) + (found[2] or ""))
    if token.type == "image" and (found := _PICTURE.fullmatch(str(token.attrGet("src")))):
        token.attrSet("src", reverse("admin:help_picture", args=[found[1], found[2]]))
        token.attrSet("loading", "lazy")
