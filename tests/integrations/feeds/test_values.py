"""Amounts and dates: exactly as written, or a clear reason why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.feeds.amounts import parse_amount
from integrations.feeds.dates import DateForm, optional_ofx_date, parse_date, parse_ofx_date
from integrations.feeds.problems import LineError


def rejection(read: Callable[[str], object], text: str) -> str:
    with pytest.raises(LineError) as caught:
        read(text)
    assert caught.value.message
    return caught.value.code.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-704.0", "-704.00"),
        ("+5", "5.00"),
        ("1,234.56", "1234.56"),
        ("12,34", "12.34"),
        ("12,3", "12.30"),
        ("1.234,56", "1234.56"),
        ("1,234,567", "1234567.00"),
        ("1,234,567.8", "1234567.80"),
        ("1.234.567", "1234567.00"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234\u00a0567,89", "1234567.89"),
        ("1\u202f234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("-$5.00", "-5.00"),
        ("$-5.00", "-5.00"),
        ("$ 5.00 -", "-5.00"),
        ("12,34 $", "12.34"),
        ("5.00-", "-5.00"),
        ("(5.00)", "-5.00"),
        ("$(1,234.56)", "-1234.56"),
        ("( $5.00 )", "-5.00"),
        ("\u22125.00", "-5.00"),
        ("\u20135.00", "-5.00"),
        ("  \u00a05.00\t", "5.00"),
        (".50", "0.50"),
        (",50", "0.50"),
        ("-.5", "-0.50"),
        ("1.230", "1.23"),
        ("1.2300000", "1.23"),
        ("0012.34", "12.34"),
        ("+000000012.34", "12.34"),
        ("0", "0.00"),
        ("-0.00", "0.00"),
        ("9999999999999.99", "9999999999999.99"),
        ("-9,999,999,999,999.99", "-9999999999999.99"),
    ],
)
def test_amounts_that_are_read(text: str, expected: str) -> None:
    amount = parse_amount(text)

    assert str(amount) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_missing"),
        ("  \u00a0", "amount_missing"),
        ("-", "amount_unreadable"),
        ("$", "amount_unreadable"),
        ("abc", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("Infinity", "amount_unreadable"),
        ("1e5", "amount_unreadable"),
        ("1E+2", "amount_unreadable"),
        ("0x10", "amount_unreadable"),
        ("1_000", "amount_unreadable"),
        ("12.34.56", "amount_unreadable"),
        ("12..34", "amount_unreadable"),
        ("1,23,456.00", "amount_unreadable"),
        ("12 34.56", "amount_unreadable"),
        ("1 2", "amount_unreadable"),
        ("--5.00", "amount_unreadable"),
        ("-5.00-", "amount_unreadable"),
        ("$5.00$", "amount_unreadable"),
        ("5.", "amount_unreadable"),
        ("5,", "amount_unreadable"),
        (".", "amount_unreadable"),
        ("\u0665.00", "amount_unreadable"),
        ("\uff15.00", "amount_unreadable"),
        ("(-5.00)", "amount_unreadable"),
        ("-(5.00)", "amount_unreadable"),
        ("((5.00))", "amount_unreadable"),
        ("(5.00", "amount_unreadable"),
        ("()", "amount_unreadable"),
        ("5.00 CAD", "amount_unreadable"),
        ("1" * 65, "amount_unreadable"),
        ("1.234", "amount_too_precise"),
        ("0.001", "amount_too_precise"),
        ("1234,567", "amount_too_precise"),
        ("1,234.567", "amount_too_precise"),
        ("1,234", "amount_ambiguous"),
        ("12,340", "amount_ambiguous"),
        ("10000000000000.00", "amount_too_large"),
        ("99,999,999,999,999", "amount_too_large"),
    ],
)
def test_amounts_that_are_rejected_and_never_zero(text: str, code: str) -> None:
    assert rejection(parse_amount, text) == code


MONEY = st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=2)


@given(MONEY)
def test_every_amount_that_the_database_takes_is_read_back(amount: Decimal) -> None:
    assert parse_amount(f"{amount:.2f}") == amount
    assert parse_amount(f"${amount:,.2f}") == amount
    assert parse_amount(f"{amount:.2f}".replace(".", ",")) == amount


@given(st.text(alphabet="0123456789.,+-$ \u00a0\u2212e", max_size=20))
def test_whatever_is_read_has_two_decimals_and_fits(text: str) -> None:
    try:
        amount = parse_amount(text)
    except LineError:
        return
    assert amount.as_tuple().exponent == -2
    assert abs(amount) < 10**13
    assert any(ch.isdigit() for ch in text)


ALL_FORMS = (DateForm.MONTH_DAY_YEAR, DateForm.ISO, DateForm.COMPACT)


@pytest.mark.parametrize(
    "text", ["1/2/2026", "01/02/2026", " 1/02/2026 ", "2026-01-02", "20260102", "2026-01-02T00:00Z", "1/2/2026 9:05 PM"]
)
def test_dates_that_are_read(text: str) -> None:
    assert parse_date(text, ALL_FORMS) == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_missing"),
        (" ", "date_missing"),
        ("2026-02-30", "date_unreadable"),
        ("2026-13-01", "date_unreadable"),
        ("2/29/2026", "date_unreadable"),
        ("31/8/2026", "date_unreadable"),
        ("1/2/26", "date_unreadable"),
        ("0000-01-01", "date_unreadable"),
        ("1899-12-31", "date_unreadable"),
        ("2101-01-01", "date_unreadable"),
        ("2026-1-2", "date_unreadable"),
        ("Jan 2, 2026", "date_unreadable"),
        ("\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0662", "date_unreadable"),
        ("2026-01-02T00:00x", "date_unreadable"),
        ("2026-01-02 1:2", "date_unreadable"),
    ],
)
def test_dates_that_are_rejected(text: str, code: str) -> None:
    assert rejection(lambda value: parse_date(value, ALL_FORMS), text) == code


def test_a_form_that_the_layout_does_not_use_is_rejected() -> None:
    assert rejection(lambda value: parse_date(value, (DateForm.ISO,)), "01/02/2026") == "date_unreadable"


def test_a_day_before_the_month_gets_a_hint() -> None:
    with pytest.raises(LineError, match="day before the month"):
        parse_date("31/8/2026", (DateForm.MONTH_DAY_YEAR,))


@pytest.mark.parametrize(
    "text",
    [
        "20260131",
        "20260131225109",
        "20260131225109.000[-5:EST]",
        "20260131020000[-5:EST]",
        "20260131[-12:X]",
        " 20260131 ",
    ],
)
def test_an_ofx_date_is_its_first_eight_digits_whatever_zone_follows(text: str) -> None:
    assert parse_ofx_date(text) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_missing"),
        ("2026013", "date_unreadable"),
        ("2026-01-31", "date_unreadable"),
        ("20260230", "date_unreadable"),
        ("18991231", "date_unreadable"),
        ("\u0662\u0660\u0662\u0666\u0660\u0661\u0663\u0661", "date_unreadable"),
    ],
)
def test_ofx_dates_that_are_rejected(text: str, code: str) -> None:
    assert rejection(parse_ofx_date, text) == code
    assert optional_ofx_date(text) is None


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    assert parse_date(day.isoformat(), ALL_FORMS) == day
    assert parse_date(f"{day.month}/{day.day}/{day.year}", ALL_FORMS) == day
    assert parse_date(f"{day:%Y%m%d}".zfill(8), ALL_FORMS) == day
