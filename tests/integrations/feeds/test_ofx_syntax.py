"""Tags of OFX text: tolerant, with true line numbers, and in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds.ofx_syntax import tags


def names(text: str) -> list[str]:
    return [("/" if tag.closing else "") + tag.name for tag in tags(text)]


def texts(text: str) -> list[tuple[str, str]]:
    return [(tag.name, tag.text) for tag in tags(text) if not tag.closing]


def test_leaf_tags_may_be_closed_or_not() -> None:
    assert texts("<A>1<B>2</B><C>3\n</C>") == [("A", "1"), ("B", "2"), ("C", "3")]


def test_names_are_read_in_capitals() -> None:
    assert names("<ofx><StmtTrn></stmttrn></OFX>") == ["OFX", "STMTTRN", "/STMTTRN", "/OFX"]


def test_a_tag_knows_the_line_it_starts_on() -> None:
    assert [(tag.name, tag.line) for tag in tags("HEAD:1\n\n<A>\n<B>x\ny<C>")] == [("A", 3), ("B", 4), ("C", 5)]


@pytest.mark.parametrize(
    "value",
    ["A < B", "<3 COFFEE", "R&D", "A & B;", "AT&T", "1<2", "FISH <AND CHIPS", "a <b c> d", "<>", "</>", "&bogus;"],
)
def test_a_lone_bracket_or_ampersand_belongs_to_the_text(value: str) -> None:
    assert texts(f"<NAME>{value}</NAME>") == [("NAME", value)]


def test_attributes_are_passed_over() -> None:
    assert names('<OFX xmlns="urn:x" a = "b"><A >1<B/>') == ["OFX", "A", "B"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A &amp; B", "A & B"),
        ("A &lt;B&gt; &quot;C&quot; &apos;D&apos;", "A <B> \"C\" 'D'"),
        ("CAF&#233; &#xC9;", "CAFé É"),
        ("&amp;amp;", "&amp;"),
        ("A&nbsp;B", "A\u00a0B"),
        ("&#0;", "\x00"),
        ("&#x110000;", "\x00"),
    ],
)
def test_entities_are_resolved_once_and_kept_as_written(written: str, text: str) -> None:
    (tag,) = tags(f"<NAME>{written}")

    assert (tag.text, tag.written) == (text, written)


def test_padding_is_kept_as_written_and_layout_is_not() -> None:
    (tag,) = (tag for tag in tags("<NAME>\n   CAFE    \n\n  </NAME>") if not tag.closing)

    assert (tag.text, tag.written) == ("CAFE", "CAFE    ")


def test_cdata_is_text_without_entities() -> None:
    assert texts("<NAME><![CDATA[A <B> &amp; C]]> D</NAME>") == [("NAME", "A <B> &amp; C D")]


def test_comments_and_instructions_are_passed_over() -> None:
    assert texts('<?xml version="1.0"?><A>1<!-- <B>2 -->3') == [("A", "13")]


@pytest.mark.parametrize("opening", ["<![CDATA[", "<!--", "<?"])
def test_a_section_that_is_never_closed_swallows_nothing(opening: str) -> None:
    assert texts(f"<A>1{opening}<B>2") == [("A", "1"), ("B", "2")]


def test_an_unclosed_cdata_does_not_reach_into_the_next_one() -> None:
    assert texts("<A><![CDATA[1<B><![CDATA[2]]><C>3") == [("A", "1"), ("B", "2"), ("C", "3")]


def test_only_text_that_runs_to_the_end_of_the_file_is_cut() -> None:
    assert [tag.cut for tag in tags("<A>1<B>2")] == [False, True]
    assert [tag.cut for tag in tags("<A>1<B>2</B>")] == [False, False, False]


@pytest.mark.parametrize(
    "piece",
    ["<", "<A", "<A ", "<A =", "<A>", "</", "&#", "&amp;", "<!--", "<![CDATA[", "<?", "]]>", "<![CDATA[x]]>", "\n"],
)
def test_time_grows_linearly_with_any_repeated_text(piece: str) -> None:
    """Quadratic time would take minutes for 400,000 characters; linear time takes a blink."""
    text = "<OFX>" + piece * (400_000 // len(piece)) + "]]>-->?>"

    started = time.perf_counter()
    for _ in tags(text):
        pass

    assert time.perf_counter() - started < 5


@given(st.text(alphabet="<>/!?-[]CDATAabX &#;x10\n\t=\"'", max_size=200))
def test_any_text_gives_tags_in_order_and_no_error(text: str) -> None:
    found = list(tags(text))

    assert [tag.start for tag in found] == sorted(tag.start for tag in found)
    assert all(tag.line == text.count("\n", 0, tag.start) + 1 for tag in found)
