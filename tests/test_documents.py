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


def test_every_control_of_security_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    table = text.partition("## Controls and their tests")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| control", "|---"))]
    named = {row: re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row) for row in rows}

    assert [row for row, tests in named.items() if not tests] == []
    missing = [
        f"{file}::{test}"
        for tests in named.values()
        for file, test in tests
        if f"def {test}(" not in (ROOT / file).read_text("utf-8")
    ]
    assert missing == []
