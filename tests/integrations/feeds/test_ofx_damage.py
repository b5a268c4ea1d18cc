"""OFX files as they arrive: tags left open, headers lost, rows cut. Nothing is lost without a word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from integrations.feeds import Severity
from tests.integrations.feeds.writing import (
    FIRST_ROW,
    OFX_HEADER,
    codes,
    ofx,
    ofx_of,
    ofx_row,
    ofx_statement,
    read,
    read_account,
    refusal,
)

THREE_ROWS = "".join(ofx_row(f"-{n}.00", fitid=f"F{n}", name=f"SHOP {n}") for n in (1, 2, 3))
WHOLE = ofx_of(THREE_ROWS)


def amounts(text: str) -> list[Decimal]:
    return [row.amount for row in read_account(text).transactions]


EXPECTED = [Decimal("-1.00"), Decimal("-2.00"), Decimal("-3.00")]


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("</STMTTRN>", ""),
        WHOLE.replace("</BANKTRANLIST>", ""),
        WHOLE.replace("</STMTTRN>", "").replace("</BANKTRANLIST>", ""),
        WHOLE.replace("</BANKACCTFROM>", "").replace("</STATUS>", "").replace("</SONRS>", ""),
        WHOLE.replace("\n", ""),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace(OFX_HEADER, ""),
        WHOLE.replace(OFX_HEADER, OFX_HEADER.rstrip("\n") + "\n"),
        WHOLE.replace(OFX_HEADER, OFX_HEADER.rstrip("\n")),
        WHOLE.replace(OFX_HEADER, OFX_HEADER.replace("\n", " ")),
        WHOLE.replace(OFX_HEADER, "\n\n" + OFX_HEADER + "\n\n"),
        WHOLE.replace("<STMTRS>", ""),
        WHOLE.replace("<STMTTRNRS>", "").replace("</STMTTRNRS>", ""),
        WHOLE.replace(OFX_HEADER, "").lower(),
        WHOLE.replace("<STMTTRN>", "\n\n<STMTTRN>\n\n").replace("<NAME>", "\n<NAME>"),
    ],
    ids=[
        "rows left open",
        "list left open",
        "rows and list left open",
        "groups left open",
        "one line",
        "CRLF",
        "no header",
        "no blank line",
        "header on the line of the root",
        "header on one line",
        "blank lines around the header",
        "no STMTRS",
        "no STMTTRNRS",
        "lower case",
        "BMO's blank lines",
    ],
)
def test_damage_that_changes_nothing(text: str) -> None:
    feed = read(text)

    assert amounts(text) == EXPECTED
    assert feed.bank_id == "rbc"
    assert feed.accounts[0].external_account_id == "12345"
    assert feed.problems == ()


def test_a_row_left_open_is_closed_by_the_balance_behind_it() -> None:
    rows = ofx_row(close="")
    text = ofx(ofx_statement(rows, balances="<LEDGERBAL><BALAMT>1.00<DTASOF>20260930</LEDGERBAL>")).replace(
        "</BANKTRANLIST>", ""
    )

    account = read_account(text)

    assert set(account.transactions[0].raw) == {"TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME"}
    assert len(account.balances) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ofx_row("1.234"), "amount_too_precise"),
        (ofx_row(""), "amount_missing"),
        (ofx_row("n/a"), "amount_unreadable"),
        (ofx_row("1,234"), "amount_ambiguous"),
        (ofx_row("123456789012345.00"), "amount_too_large"),
        (ofx_row("-1.00<TRNAMT>-2.00"), "field_repeated"),
        (ofx_row(day=""), "date_missing"),
        (ofx_row(day="20260931"), "date_unreadable"),
        (ofx_row(fitid="F" * 256), "field_too_long"),
        (ofx_row(extra="<CHECKNUM>" + "1" * 256), "field_too_long"),
        (ofx_row().replace("DEBIT", "D" * 51), "field_too_long"),
        ("<STMTTRN></STMTTRN>\n", "amount_missing"),
        (ofx_row(extra="<X>1" * 300), "field_count"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_text(row: str, code: str) -> None:
    feed = read(ofx_of(ofx_row(fitid="A") + row + ofx_row(fitid="B")))

    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity) == (FIRST_ROW + 1, code, Severity.ERROR)
    assert problem.raw.startswith("<STMTTRN>")
    assert problem.message
    assert [row.external_transaction_id for row in feed.accounts[0].transactions] == ["A", "B"]
    assert feed.accounts[0].rejected == 1


def test_two_rows_that_ran_into_each_other_are_rejected_together() -> None:
    merged = ofx_row("-1.00", fitid="A", close="") + ofx_row("-2.00", fitid="B").replace("<STMTTRN>", "")

    feed = read(ofx_of(ofx_row() + merged))

    assert codes(feed) == ["field_repeated"]


def test_a_file_without_one_readable_row_is_refused_with_its_problems() -> None:
    refused = refusal(ofx_of(ofx_row("x") + ofx_row("y")))

    assert refused.code == "nothing_readable"
    assert [problem.line for problem in refused.problems] == [FIRST_ROW, FIRST_ROW + 1]
    assert f"line {FIRST_ROW}:" in refused.message


@pytest.mark.parametrize("damaged", ["<STMTTRN", "<STMTRN>", "STMTTRN>", ""])
def test_a_row_whose_start_tag_is_damaged_is_not_lost(damaged: str) -> None:
    second = WHOLE.index("<STMTTRN>", WHOLE.index("SHOP 1"))
    text = WHOLE[:second] + damaged + WHOLE[second + len("<STMTTRN>") :]

    account = read_account(text)

    assert [row.amount for row in account.transactions] == EXPECTED
    assert [row.line for row in account.transactions] == [FIRST_ROW, FIRST_ROW + 1, FIRST_ROW + 2]


def test_row_tags_without_rows_are_never_silently_empty() -> None:
    assert refusal("<OFX><STMTTRN><STMTTRN></OFX>").code == "nothing_readable"


def test_a_file_cut_between_rows_keeps_them_all_with_a_warning() -> None:
    feed = read(WHOLE[: WHOLE.index("</BANKTRANLIST>")])

    assert [row.amount for row in feed.accounts[0].transactions] == EXPECTED
    (problem,) = feed.problems
    assert (problem.code, problem.severity) == ("file_truncated", Severity.WARNING)


def cut_positions() -> list[int]:
    third = WHOLE.index("<STMTTRN>", WHOLE.index("SHOP 2"))
    return list(range(third + len("<STMTTRN>"), WHOLE.index("</STMTTRN>", third) + len("</STMTTRN>")))


@pytest.mark.parametrize("position", cut_positions()[::3])
def test_a_row_cut_anywhere_is_dropped_with_its_line_and_text(position: int) -> None:
    """Also behind the amount: "-3.0" of "-3.00" would be a different amount."""
    feed = read(WHOLE[:position])

    (account,) = feed.accounts
    assert [row.amount for row in account.transactions] == EXPECTED[:2]
    assert account.rejected == 1
    (problem,) = feed.problems
    assert (problem.line, problem.code, problem.severity) == (
        FIRST_ROW + 2,
        "file_truncated",
        Severity.ERROR,
    )
    assert problem.raw.startswith("<STMTTRN>")


def test_a_file_cut_inside_its_only_row_is_refused() -> None:
    text = ofx_of(ofx_row("-100.00"))

    refused = refusal(text[: text.index("-100.00") + 4])

    assert refused.code == "nothing_readable"
    assert [problem.code for problem in refused.problems] == ["file_truncated"]


def test_a_balance_cut_in_two_is_not_taken() -> None:
    balances = "<LEDGERBAL><BALAMT>1234.56<DTASOF>20260930</LEDGERBAL>"
    text = ofx(ofx_statement(THREE_ROWS, balances=balances))

    cut = read(text[: text.index("1234.56") + 4])

    assert cut.accounts[0].balances == ()
    assert codes(cut) == ["file_truncated"]


def test_an_account_number_cut_in_two_is_no_account() -> None:
    text = WHOLE[: WHOLE.index("<ACCTID>12345") + len("<ACCTID>123")]

    refused = refusal(text)

    assert refused.code == "no_statement"
    assert [problem.code for problem in refused.problems] == ["file_truncated"]


def test_a_file_that_lost_its_head_is_still_read() -> None:
    feed = read(WHOLE[WHOLE.index("<BANKTRANLIST>") :])

    assert [row.amount for row in feed.accounts[0].transactions] == EXPECTED
    assert feed.accounts[0].external_account_id is None
    assert feed.bank_id is None
    assert set(codes(feed)) == {"account_unnamed", "currency_assumed"}


def test_rows_keep_the_line_they_start_on() -> None:
    text = WHOLE.replace("<TRNAMT>", "\n<TRNAMT>").replace("<NAME>", "\n\n<NAME>")

    lines = [row.line for row in read_account(text).transactions]

    assert lines == [FIRST_ROW, FIRST_ROW + 4, FIRST_ROW + 8]
    assert all(text.split("\n")[line - 1].startswith("<STMTTRN>") for line in lines)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE OFX SYSTEM "file:///etc/passwd">',
        '<!doctype ofx [<!ENTITY x "y">]>',
        '<!ENTITY a "aaaa">',
        "<! DOCTYPE OFX>",
    ],
)
def test_a_document_type_or_entity_is_refused(declaration: str) -> None:
    text = WHOLE.replace(OFX_HEADER, f'<?xml version="1.0"?>\n{declaration}\n')

    assert refusal(text).code == "document_type_declared"


def test_an_unknown_entity_is_only_text() -> None:
    assert read_account(ofx_of(ofx_row(name="&xxe; SHOP"))).transactions[0].description == "&xxe; SHOP"


def test_text_that_no_database_takes_is_replaced_with_a_warning() -> None:
    feed = read(ofx_of(ofx_row(name="A&#0;B&#xD800;C", extra="<MEMO>D\x1bE")))

    row = feed.accounts[0].transactions[0]
    assert row.description == "A\ufffdB\ufffdC - D\ufffdE"
    assert row.raw["MEMO"] == "D\ufffdE"
    assert row.raw["NAME"] == "A&#0;B&#xD800;C"
    assert [(p.code, p.line, p.severity) for p in feed.problems] == [
        ("characters_replaced", FIRST_ROW, Severity.WARNING)
    ]


def test_an_account_number_longer_than_the_database_takes_rejects_its_rows() -> None:
    frame = f"<BANKACCTFROM><ACCTID>{'1' * 256}<ACCTTYPE>CHECKING</BANKACCTFROM>"

    feed = read(ofx(ofx_statement(ofx_row()), ofx_statement(ofx_row(), account=frame)))

    assert [(a.external_account_id, a.rejected) for a in feed.accounts] == [("12345", 0), (None, 1)]
    assert codes(feed) == ["field_too_long"]


def test_a_vendor_leaf_called_like_a_group_does_not_end_the_row() -> None:
    text = ofx_of(ofx_row().replace("<NAME>", "<STATUS>POSTED</STATUS><NAME>"))

    row = read_account(text).transactions[0]

    assert (row.raw["STATUS"], row.description) == ("POSTED", "CAFE")
