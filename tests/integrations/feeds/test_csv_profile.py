"""CSV profiles that people describe: stored as JSON, suggested from the content, read by the one engine."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds import (
    AccountKind,
    ColumnUse,
    CsvProfile,
    DateOrder,
    FeedFormat,
    ProfileColumn,
    SignRule,
    StatementRefused,
    profile_fits,
    read_with_profile,
    suggest_profile,
)
from tests.integrations.feeds.writing import codes
from tests.integrations.feeds.writing_business import workbook

UNKNOWN = "Datum;Text;Betrag;Saldo\n31.01.2026;CAFÉ;-4,25;95,75\n02.02.2026;PAY;1.000,00;1.095,75\n"
PROFILE = CsvProfile(
    name="Credit union",
    columns=(
        ProfileColumn("Datum", ColumnUse.DATE),
        ProfileColumn("Text", ColumnUse.DESCRIPTION),
        ProfileColumn("Betrag", ColumnUse.AMOUNT),
        ProfileColumn("Saldo", ColumnUse.BALANCE),
    ),
    date_order=DateOrder.DAY_MONTH_YEAR,
    sign_rule=SignRule.OUT_IS_NEGATIVE,
    delimiter=";",
    institution="Prairie Credit Union",
)


def uses(profile: CsvProfile) -> list[ColumnUse]:
    return [column.use for column in profile.columns]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_file_in_a_described_layout(encoding: str) -> None:
    feed = read_with_profile(UNKNOWN.encode(encoding), PROFILE)

    (account,) = feed.accounts
    assert (feed.format, feed.bank_id, feed.institution) == (FeedFormat.CSV_PROFILE, None, "Prairie Credit Union")
    assert [(t.transaction_date, t.amount, t.description) for t in account.transactions] == [
        (date(2026, 1, 31), Decimal("-4.25"), "CAFÉ"),
        (date(2026, 2, 2), Decimal("1000.00"), "PAY"),
    ]
    assert account.transactions[0].raw == {"Datum": "31.01.2026", "Text": "CAFÉ", "Betrag": "-4,25", "Saldo": "95,75"}
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("order", "written"),
    [
        (DateOrder.DAY_MONTH_YEAR, "2/1/2026"),
        (DateOrder.MONTH_DAY_YEAR, "1-2-26"),
        (DateOrder.YEAR_MONTH_DAY, "2026.01.02"),
        (DateOrder.COMPACT, "20260102"),
        (DateOrder.MONTH_DAY_YEAR, "Jan 2, 2026"),
        (DateOrder.MONTH_DAY_YEAR, "janv. 2 2026"),
        (DateOrder.DAY_MONTH_YEAR, "02-JAN-2026"),
        (DateOrder.DAY_MONTH_YEAR, "2 janvier 26"),
        (DateOrder.YEAR_MONTH_DAY, "2026-Jan-02"),
        (DateOrder.YEAR_MONTH_DAY, "2026-01-02T23:59:59.123-05:00"),
        (DateOrder.MONTH_DAY_YEAR, "1/2/2026 11:59 PM"),
    ],
)
def test_orders_of_dates(order: DateOrder, written: str) -> None:
    feed = read_with_profile(
        f"Datum;Text;Betrag;Saldo\n{written};A;-1,00;\n".encode(), replace(PROFILE, date_order=order)
    )

    assert feed.accounts[0].transactions[0].transaction_date == date(2026, 1, 2)


NAMES = {
    2: "February Feb. FÉVRIER fév f\u00e9vr. février fevrier",
    5: "May mai MAI",
    8: "August Aug. août aout AOÛT",
    12: "December déc. DEC décembre De\u0301cembre",
}


@pytest.mark.parametrize(("month", "name"), [(month, name) for month, names in NAMES.items() for name in names.split()])
def test_months_by_name_show_the_order_themselves(month: int, name: str) -> None:
    for written, order in (
        (f"1 {name} 2026", DateOrder.DAY_MONTH_YEAR),
        (f"1er {name} 2026", DateOrder.DAY_MONTH_YEAR),
        (f"{name} 1, 2026", DateOrder.MONTH_DAY_YEAR),
    ):
        data = f'Day,Text,Out,In\n"{written}",SHOP,1.00,\n'.encode()
        suggestion = suggest_profile(data, name="x")
        assert (suggestion.profile.date_order, suggestion.questions) == (order, ())
        assert read_with_profile(data, suggestion.profile).accounts[0].transactions[0].transaction_date == date(
            2026, month, 1
        )


@pytest.mark.parametrize("written", ["12-FOO-2026", "31 juin 2026", "Feb 30, 2026", "1 2026 mars", "May 2026"])
def test_names_that_make_no_day_are_named(written: str) -> None:
    feed = read_with_profile(f"Datum;Text;Betrag;Saldo\n1 mai 2026;A;-1,00;\n{written};B;-2,00;\n".encode(), PROFILE)

    assert [(p.line, p.code) for p in feed.problems] == [(3, "date_unreadable")]
    assert feed.accounts[0].signed_sum == Decimal("-1.00")


def test_a_profile_without_headings_knows_its_files_again() -> None:
    data = b"31/01/2026,DR,SOME SHOP,4.25\n02/02/2026,CR,SOME PAY,10.00\n"
    profile = suggest_profile(data, name="x").profile

    assert profile_fits(data, profile)
    assert not profile_fits(b"31/01/2026,DR,SOME SHOP,4.25,99.00\n", profile)
    assert not profile_fits(b"02/28/2026,DR,SOME SHOP,a lot\n", profile)
    assert not profile_fits(b"Some,other,kind,of file\n", profile)


def test_sign_rules() -> None:
    columns = [ProfileColumn("", use) for use in (ColumnUse.DATE, ColumnUse.DESCRIPTION, ColumnUse.AMOUNT)]
    base = CsvProfile("x", tuple(columns), DateOrder.YEAR_MONTH_DAY, SignRule.OUT_IS_POSITIVE, header=False)
    beside = replace(base, sign_rule=SignRule.WORD_BESIDE, columns=(*columns, ProfileColumn("", ColumnUse.DIRECTION)))
    sides = replace(
        base,
        sign_rule=SignRule.TWO_COLUMNS,
        columns=(*columns[:2], ProfileColumn("", ColumnUse.MONEY_OUT), ProfileColumn("", ColumnUse.MONEY_IN)),
    )

    for text, profile in (
        (b"2026-01-02,SHOP,4.25\n", base),
        (b"2026-01-02,SHOP,4.25,DR\n", beside),
        (b"2026-01-02,SHOP,4.25,\n", sides),
    ):
        assert read_with_profile(text, profile).accounts[0].signed_sum == Decimal("-4.25")


def test_currencies_of_a_column_never_mix() -> None:
    profile = replace(PROFILE, columns=(*PROFILE.columns[:3], ProfileColumn("Ccy", ColumnUse.CURRENCY)))

    feed = read_with_profile(b"Datum;Text;Betrag;Ccy\n31.01.2026;A;1,00;CAD\n31.01.2026;B;2,00;USD\n", profile)

    assert [(a.currency, a.signed_sum) for a in feed.accounts] == [("CAD", Decimal("1.00")), ("USD", Decimal("2.00"))]


def test_a_bad_line_is_named() -> None:
    feed = read_with_profile((UNKNOWN + "30.02.2026;X;-1,00;\n").encode(), PROFILE)

    assert [p.code for p in feed.problems if p.line == 4] == ["date_unreadable"]
    assert feed.accounts[0].rejected == 1


def test_a_profile_that_does_not_fit_the_file_is_refused() -> None:
    with pytest.raises(StatementRefused) as caught:
        read_with_profile(b"Date,Text,Amount\n2026-01-02,A,1.00\n", PROFILE)

    assert caught.value.code == "profile_unfit"
    assert "Betrag" in caught.value.message


def test_an_incomplete_profile_is_refused_with_its_first_fault() -> None:
    with pytest.raises(StatementRefused) as caught:
        read_with_profile(UNKNOWN.encode(), replace(PROFILE, date_order=None))

    assert caught.value.code == "profile_unfit"
    assert "days or months" in caught.value.message


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"columns": PROFILE.columns[1:]}, "date"),
        ({"columns": (*PROFILE.columns, ProfileColumn("X", ColumnUse.DATE))}, "More than one"),
        ({"sign_rule": None}, "money out"),
        ({"sign_rule": SignRule.TWO_COLUMNS}, "money in"),
        ({"delimiter": "x"}, "delimiter"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"currency": "dollars"}, "currency"),
        ({"bank_id": "tangerine"}, "bank"),
    ],
)
def test_faults_are_named_for_the_person_who_edits(change: dict[str, object], word: str) -> None:
    assert any(word in fault for fault in replace(PROFILE, **change).faults())  # type: ignore[arg-type]
    assert PROFILE.faults() == []


PROFILES = st.builds(
    CsvProfile,
    name=st.text(max_size=20),
    columns=st.lists(st.builds(ProfileColumn, st.text(max_size=10), st.sampled_from(ColumnUse)), max_size=8).map(tuple),
    date_order=st.none() | st.sampled_from(DateOrder),
    sign_rule=st.none() | st.sampled_from(SignRule),
    header=st.booleans(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["", "utf-8", "cp1252"]),
    bank_id=st.none() | st.sampled_from(["rbc", "td"]),
    institution=st.text(max_size=10),
    account_kind=st.sampled_from(AccountKind),
)


@given(PROFILES)
def test_profiles_come_back_from_json_equal(profile: CsvProfile) -> None:
    assert CsvProfile.from_json(json.loads(json.dumps(profile.to_json()))) == profile


@given(PROFILES, st.text(max_size=300))
def test_any_profile_reads_or_refuses_any_text(profile: CsvProfile, text: str) -> None:
    message = ""
    try:
        feed = read_with_profile(text.encode("utf-8", "replace"), profile)
    except StatementRefused as refused:
        message = refused.message
    assert message or feed.accounts


@pytest.mark.parametrize(
    "stored", [{}, {"name": 1}, {**PROFILE.to_json(), "columns": None}, {**PROFILE.to_json(), "date_order": "x"}]
)
def test_damaged_json_is_a_value_error(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        CsvProfile.from_json(stored)


def test_a_suggestion_from_headings_and_content() -> None:
    suggestion = suggest_profile(
        b"Posted;Shop;Withdrawals;Deposits;Balance\n31/01/2026;CAFE;4.25;;95.75\n02/02/2026;PAY;;10.00;105.75\n"
    )

    profile = suggestion.profile
    assert uses(profile) == [
        ColumnUse.DATE,
        ColumnUse.DESCRIPTION,
        ColumnUse.MONEY_OUT,
        ColumnUse.MONEY_IN,
        ColumnUse.BALANCE,
    ]
    assert (profile.delimiter, profile.header) == (";", True)
    assert (profile.date_order, profile.sign_rule) == (DateOrder.DAY_MONTH_YEAR, SignRule.TWO_COLUMNS)
    assert suggestion.questions == ()
    assert profile.faults() == []


def test_a_suggestion_without_headings() -> None:
    suggestion = suggest_profile(b"2026-01-31,DR,SOME SHOP,4.25\n2026-02-02,CR,SOME PAY,10.00\n")

    assert uses(suggestion.profile) == [ColumnUse.DATE, ColumnUse.DIRECTION, ColumnUse.DESCRIPTION, ColumnUse.AMOUNT]
    assert suggestion.profile.sign_rule is SignRule.WORD_BESIDE
    assert suggestion.profile.header is False


def test_what_the_content_does_not_show_is_asked_and_never_guessed() -> None:
    suggestion = suggest_profile(b"Day,Text,Amount\n01/02/2026,A SHOP,4.25\n03/04/2026,B SHOP,-10.00\n")

    assert suggestion.profile.date_order is None
    assert suggestion.profile.sign_rule is None
    assert len(suggestion.questions) == 2
    assert suggestion.profile.faults()


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (["-1.00;99.00", "-2.00;97.00", "3.00;100.00"], SignRule.OUT_IS_NEGATIVE),
        (["3.00;100.00", "-2.00;97.00", "-1.00;99.00"], SignRule.OUT_IS_NEGATIVE),  # newest on top
        (["1.00;99.00", "2.00;97.00", "-3.00;100.00"], SignRule.OUT_IS_POSITIVE),
        (["-1.00;99.00", "-1.00;98.00", "-1.00;97.00"], None),  # equal amounts: both directions of time fit
        (["-1.00;99.00", "-2.00;90.00", "3.00;100.00"], None),  # no chain
        (["-1.00;", "-2.00;97.00", "3.00;"], None),
    ],
)
def test_the_running_balance_shows_the_sign_of_money_out(rows: list[str], rule: SignRule | None) -> None:
    table = "Day;Text;Amount;Balance\n" + "".join(f"2026-01-31;SHOP;{row}\n" for row in rows)
    suggestion = suggest_profile(table.encode())

    assert suggestion.profile.sign_rule is rule
    assert bool(suggestion.notes) == (rule is not None)
    assert bool(suggestion.questions) == (rule is None)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_running_balance_shows_which_column_is_money_out(swapped: bool) -> None:
    rows = [("4.25", "", "95.75"), ("", "10.00", "105.75"), ("1.00", "", "104.75"), ("2.00", "", "102.75")]
    table = "".join(
        f"2026-01-31,SOME SHOP,{into if swapped else out},{out if swapped else into},{balance}\n"
        for out, into, balance in rows
    )
    suggestion = suggest_profile(table.encode())

    sides = [ColumnUse.MONEY_OUT, ColumnUse.MONEY_IN]
    assert uses(suggestion.profile)[2:] == [*(reversed(sides) if swapped else sides), ColumnUse.BALANCE]
    assert suggestion.notes
    assert suggestion.profile.faults() == []


def test_an_answered_suggestion_reads_the_file() -> None:
    data = b"Day,Text,Amount\n01/02/2026,A SHOP,4.25\n03/04/2026,B SHOP,-10.00\n"
    answered = replace(
        suggest_profile(data, name="Mine").profile,
        date_order=DateOrder.MONTH_DAY_YEAR,
        sign_rule=SignRule.OUT_IS_POSITIVE,
    )

    feed = read_with_profile(data, answered)

    assert feed.accounts[0].signed_sum == Decimal("5.75")
    assert codes(feed) == []


def test_a_suggestion_for_a_workbook() -> None:
    data = workbook(
        [["Day", "Text", "Out", "In"], [date(2026, 1, 31), "SHOP", 4.25, None], [date(2026, 2, 1), "PAY", None, 1.5]]
    )

    assert suggest_profile(data).profile.date_order is DateOrder.YEAR_MONTH_DAY


@pytest.mark.parametrize("data", [b"", b"just words\n", b"%PDF-1.7", b"a,b\nc,d\n"])
def test_what_is_no_table_gets_no_suggestion(data: bytes) -> None:
    with pytest.raises(StatementRefused):
        suggest_profile(data)


@given(st.binary(max_size=400) | st.text('0123456789/-.,;"\nabDRCR ', max_size=300).map(str.encode))
def test_any_bytes_get_a_suggestion_or_a_refusal(data: bytes) -> None:
    try:
        suggestion = suggest_profile(data)
    except StatementRefused:
        return
    assert ColumnUse.DATE in uses(suggestion.profile)
