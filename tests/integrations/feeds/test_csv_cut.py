"""CSV files that stop in the middle: no number that may have lost its end is ever taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.feeds import StatementFeed, StatementRefused, read_statement
from tests.integrations.feeds.writing import RBC_HEADER, codes, read

SAMPLES = Path(__file__).resolve().parents[3] / "integrations" / "samples" / "statements"
CIBC = "2026-04-02,INVENTED COFFEE CO,10.00,\n"
CIBC_CARD = "2026-04-02,INVENTED COFFEE CO,10.00,,4500********1234\n"
TD = "01/02/2026,PAY,,1000.00,1100.00\n"
RBC_USD = "Savings,2,1/2/2026,,DEPOSIT,,,265.00\n"


def facts(feed: StatementFeed) -> set[tuple[object, ...]]:
    """Everything but the texts, whose loss nobody can see."""
    return {
        (account.external_account_id, account.currency, row.line, row.amount, row.transaction_date, row.running_balance)
        for account in feed.accounts
        for row in account.transactions
    }


@pytest.mark.parametrize(
    "text",
    [
        CIBC + "2026-04-15,INVENTED EMPLOYER,,100",
        CIBC + "2026-04-15,INVENTED EMPLOYER,,1000.",
        CIBC + "2026-04-15,INVENTED EMPLOYER,,1000.0",
        CIBC_CARD + CIBC_CARD[:-5],
        TD + "01/03/2026,COFFEE,4.25,,1095.7",
        RBC_HEADER + RBC_USD + RBC_USD[:-3],
    ],
)
def test_a_cut_number_is_not_taken(text: str) -> None:
    feed = read(text)

    assert codes(feed) == ["file_truncated"]
    assert feed.problems[0].raw == text.rsplit("\n", 1)[1]
    assert [(len(account.transactions), account.rejected) for account in feed.accounts] == [(1, 1)]


@pytest.mark.parametrize("text", [CIBC, CIBC_CARD, TD, CIBC + "2026-04-15,EMPLOYER,,1000.00\n", RBC_HEADER + RBC_USD])
def test_a_last_line_without_line_end_is_taken_where_it_is_whole(text: str) -> None:
    feed = read(text.rstrip("\n"))

    assert facts(feed) == facts(read(text))
    assert feed.problems == ()


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.csv")))
def test_a_file_cut_at_any_byte_gives_only_rows_of_the_whole_file(name: str) -> None:
    """From the second line on: nothing tells what the only line of a file without headings once was."""
    lines = (SAMPLES / name).read_bytes().splitlines(keepends=True)
    whole = b"".join(lines[:8])
    known = facts(read_statement(whole))

    for position in range(len(lines[0]), len(whole)):
        try:
            part = read_statement(whole[:position])
        except StatementRefused:
            continue
        assert facts(part) <= known
