"""docs/compliance-rules.md and the code say the same; the pure rules have no clock."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from compliance import deadlines
from compliance.fintrac.rules.rule import RULES
from compliance.indicators import INDICATORS

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "compliance"
TEXT = (ROOT / "docs" / "compliance-rules.md").read_text("utf-8")
TABLE = TEXT.split("\n## ")[0]
ROWS = [line.strip("| ").split(" | ") for line in TABLE.splitlines() if line.startswith("| `")]


def sources() -> dict[str, str]:
    """Rule → source, as the code has them."""
    found = {rule.id: rule.source for rule in vars(deadlines).values() if isinstance(rule, deadlines.Rule)}
    found |= {indicator.id: indicator.source for indicator in INDICATORS.values()}
    return found | {code: rule.source for code, rule in RULES.items()}


def test_every_rule_stands_once_with_its_source() -> None:
    said = {row[0].strip("`"): row[2] for row in ROWS}

    assert len(said) == len(ROWS)
    assert {name: said.get(name) for name in sources()} == sources()


def test_every_severity_is_the_rules() -> None:
    for row in ROWS:
        if (code := row[0].strip("`")) in RULES:
            assert row[1].startswith(f"{RULES[code].severity.value}: "), code


def test_every_rule_names_a_test_that_is_there() -> None:
    for row in ROWS:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row[-1])
        assert named, row[0]
        for file, function in named:
            assert f"def {function}(" in (TESTS / file).read_text("utf-8"), function


PURE = [
    *(ROOT / "compliance" / name for name in ("aggregation.py", "deadlines.py", "holidays.py")),
    *sorted((ROOT / "compliance" / "indicators").glob("*.py")),
    *sorted((ROOT / "compliance" / "fintrac").rglob("*.py")),
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_rule_looks_at_a_clock(path: Path) -> None:
    clocks = {"now", "utcnow", "today", "monotonic", "perf_counter", "sleep", "localtime", "gmtime"}
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        # a registry's own attribute, which the edge gave it, is no clock
        and not (isinstance(node.func.value, ast.Name | ast.Attribute) and ast.unparse(node.func.value) in OWN)
    }

    assert not called & clocks


OWN = {"self", "self.registry", "registry"}
