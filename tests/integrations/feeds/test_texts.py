"""Texts that can be stored, descriptions without loss or repetition, and the list of problem codes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds import ProblemCode
from integrations.feeds.banks import bank_code
from integrations.feeds.cleaning import clean, is_clean, joined_description, plausible_merchant
from integrations.feeds.problems import RAW_TEXT_LIMIT, kept_raw, shown

ANY_TEXT = st.text(alphabet=st.characters(codec=None))


@given(ANY_TEXT)
def test_clean_text_can_always_be_stored(text: str) -> None:
    cleaned = clean(text)

    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert is_clean(cleaned)
    assert len(cleaned) == len(text)


def test_tab_and_line_feed_are_kept_and_other_controls_shown_as_replaced() -> None:
    assert clean("a\tb\nc\x00d\x1be\ud800f") == "a\tb\nc\ufffdd\ufffde\ufffdf"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("CAFE", "TORONTO ON"), "CAFE - TORONTO ON"),
        (("CAFE", ""), "CAFE"),
        (("", "CAFE"), "CAFE"),
        (("", ""), ""),
        (("CAFE", "CAFE"), "CAFE"),
        (("Café Noir", "CAFÉ NOIR TORONTO"), "CAFÉ NOIR TORONTO"),
        (("CAFE NOIR TORONTO", "CAFE NOIR"), "CAFE NOIR TORONTO"),
        (("  CAFE \u00a0 NOIR  ", "A\n  B"), "CAFE NOIR - A B"),
        (("A", "B", "A B C"), "A B C"),
    ],
)
def test_descriptions_lose_nothing_and_repeat_nothing(parts: tuple[str, ...], expected: str) -> None:
    assert joined_description(*parts) == expected


@given(st.lists(st.text(), max_size=4))
def test_every_part_is_found_in_the_description(parts: list[str]) -> None:
    description = joined_description(*parts).casefold()

    assert all(" ".join(part.split()).casefold() in description for part in parts)


@pytest.mark.parametrize("name", ["STEELTOWN COFFEE", "Dépanneur Lulu", "7-STAR VARIETY", "BALANCED BODY", "PAYLESS"])
def test_shops_are_plausible_merchants(name: str) -> None:
    assert plausible_merchant(f" {name}  ") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "12345",
        "E-TRANSFER ***7kQ",
        "Virement Interac",
        "PAYMENT - THANK YOU",
        "INTEREST PAID",
        "NO.272",
        "MONTHLY FEE",
        "FRAIS MENSUELS",
        "ATM W/D 004417",
        "DÉPÔT DE LA PAIE",
        "CHEQUE",
        "X" * 256,
    ],
)
def test_movements_at_the_bank_have_no_merchant(name: str) -> None:
    assert plausible_merchant(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[CW]ROGUE CABLE", ("CW", "ROGUE CABLE")),
        (" [DN] PAY/PAY ", ("DN", "PAY/PAY")),
        ("CAFE [CW]", (None, "CAFE [CW]")),
        ("[lower]X", (None, "[lower]X")),
        ("[TOOLONG]X", (None, "[TOOLONG]X")),
    ],
)
def test_bmo_codes(text: str, expected: tuple[str | None, str]) -> None:
    assert bank_code(text) == expected


def test_every_problem_code_is_snake_case_and_has_a_meaning() -> None:
    for code in ProblemCode:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code.value)
        assert code.meaning.endswith(".")
        assert code == code.value


def test_the_codes_are_stable() -> None:
    """A code that disappears or is renamed breaks filters and translations: change this list on purpose."""
    assert {code.value for code in ProblemCode} >= {
        "account_missing",
        "amount_ambiguous",
        "amount_both_sides",
        "amount_missing",
        "amount_too_large",
        "amount_too_precise",
        "amount_unreadable",
        "amount_zero",
        "balance_chain_break",
        "characters_replaced",
        "currency_foreign",
        "date_unreadable",
        "field_count",
        "field_too_long",
        "file_truncated",
        "id_missing",
        "no_transactions",
        "nothing_readable",
        "quote_unclosed",
        "summary_line_skipped",
        "unknown_layout",
    }


def test_a_long_raw_line_is_cut_visibly() -> None:
    assert kept_raw("x" * RAW_TEXT_LIMIT) == "x" * RAW_TEXT_LIMIT
    assert kept_raw("x" * (RAW_TEXT_LIMIT + 1)).endswith("x…")


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert shown("a\n b\x00") == '"a b\ufffd"'
    assert len(shown("y" * 10_000)) < 70
