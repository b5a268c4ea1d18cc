"""CSV text to records: quotes, line numbers, and quotes that are never closed."""

from __future__ import annotations

import csv
import io
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds.csv_lines import CsvRecord, records

START = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2},")


def read(text: str) -> list[CsvRecord]:
    return list(records(text, START))


def test_cells_are_kept_as_written() -> None:
    assert read("a, b ,,\n")[0].cells == ("a", " b ", "", "")


def test_quotes_protect_commas_and_doubled_quotes_stand_for_one() -> None:
    assert read('"a, b","say ""hi""",""\n')[0].cells == ("a, b", 'say "hi"', "")


def test_blanks_may_stand_around_quotes() -> None:
    assert read(' "a" ,\t"b, c"\n')[0].cells == ("a", "b, c")


def test_a_quote_inside_a_plain_cell_is_a_character() -> None:
    assert read('12" PIPE,x\n')[0].cells == ('12" PIPE', "x")


def test_a_quoted_field_may_span_lines_and_lines_are_counted_on() -> None:
    found = read('a,"one\ntwo, ""2""\nthree",b\n\nc\n')

    assert [(record.line, record.cells) for record in found] == [
        (1, ("a", 'one\ntwo, "2"\nthree', "b")),
        (5, ("c",)),
    ]
    assert found[0].raw == 'a,"one\ntwo, ""2""\nthree",b'


@pytest.mark.parametrize(
    "below",
    [
        '2026-01-03,b,"c"\n2026-01-04,d,e\n',
        '2026-01-03,b",c\n2026-01-04,d,e\n',
        "2026-01-03,b,c\n2026-01-04,d,e\n",
    ],
)
def test_an_unclosed_quote_costs_one_line(below: str) -> None:
    first, *others = read('2026-01-02,"a,b\n' + below)

    assert (first.line, first.defect, first.raw) == (1, "quote_unclosed", '2026-01-02,"a,b')
    assert [(record.line, record.defect) for record in others] == [(2, None), (3, None)]


def test_an_unclosed_quote_at_the_end_of_the_file_is_found() -> None:
    assert [record.defect for record in read('a,"b')] == ["quote_unclosed"]


def test_a_quote_reaches_over_a_few_lines_only() -> None:
    found = read('a,"b\n' + "x\n" * 30 + 'y"\n')

    assert found[0].defect == "quote_unclosed"
    assert len(found) == 32


def test_text_behind_a_closing_quote_is_a_defect() -> None:
    assert [record.defect for record in read('a,"b"c,d\ne\n')] == ["quote_malformed", None]


def test_time_grows_linearly_with_unclosed_quotes() -> None:
    started = time.perf_counter()
    for text in ('"a\n' * 100_000, '"' * 400_000, '" ' * 200_000, ('"' + "a" * 300 + "\n") * 1_000, "\n" * 2_000_000):
        read(text)

    assert time.perf_counter() - started < 10


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), min_size=2, max_size=5)))
def test_what_the_standard_library_writes_is_read_back(rows: list[list[str]]) -> None:
    """As far as fields stay within the lines that a field may span."""
    rows = [[cell.replace("\n", " / ") for cell in row] for row in rows]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)

    assert [list(record.cells) for record in read(written.getvalue())] == rows


@given(st.text(alphabet='",\n a1-"', max_size=300))
def test_any_text_is_covered_by_records_and_empty_lines(text: str) -> None:
    found = read(text)

    lines = text.split("\n")
    taken = {record.line + offset for record in found for offset in range(record.raw.count("\n") + 1)}
    assert all(line in taken for line, content in enumerate(lines, 1) if content)
    assert all("\n".join(lines[r.line - 1 :]).startswith(r.raw) for r in found)
