"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    broken = [link for link in links if "://" not in link and not (document.parent / link).exists()]

    assert broken == []


def test_every_decision_is_in_the_index_under_its_title() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    for decision in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        number = int(decision.name[:4])
        assert decision.read_text("utf-8").startswith(f"# {number}. ")
        assert f"]({decision.name})" in index
