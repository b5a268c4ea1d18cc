"""The project's own sample files: the figures of their README, and what they are there to show."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from integrations.feeds import (
    AccountKind,
    BalanceKind,
    FeedAccount,
    FeedFormat,
    IdentifierKind,
    Severity,
    StatementFeed,
    read_statement,
)

SAMPLES = Path(__file__).resolve().parents[3] / "integrations" / "samples" / "statements"

# file: format, bank, then per account: id, currency, rows, sum, closing balance
FIGURES: dict[str, tuple[FeedFormat, str, list[tuple[str | None, str, int, str, str | None]]]] = {
    "rbc_chequing.ofx": (
        FeedFormat.OFX,
        "rbc",
        [("01234-5011223", "CAD", 48, "8486.67", "10332.94")],
    ),
    "rbc_accounts.csv": (
        FeedFormat.CSV_RBC,
        "rbc",
        [
            ("01234-5011223", "CAD", 25, "5003.16", None),
            ("01234-5099887", "CAD", 4, "508.67", None),
            ("01234-4005566", "USD", 4, "414.43", None),
            ("4516070011223344", "CAD", 5, "-76.33", None),
        ],
    ),
    "rbc_comptes_fr.csv": (
        FeedFormat.CSV_RBC,
        "rbc",
        [("04567-5033445", "CAD", 17, "4166.86", None), ("04567-5033999", "CAD", 2, "2.21", None)],
    ),
    "td_chequing.qfx": (FeedFormat.OFX, "td", [("6519874", "CAD", 52, "7910.41", "11030.96")]),
    "td_chequing.csv": (FeedFormat.CSV_TD, "td", [(None, "CAD", 52, "7910.41", "11030.96")]),
    "bmo_all_accounts.ofx": (
        FeedFormat.OFX,
        "bmo",
        [
            ("00080114471903", "CAD", 41, "6522.24", "8782.42"),
            ("00080111180442", "CAD", 8, "355.30", "5467.37"),
            ("5191120044556677", "CAD", 23, "-165.87", "-380.47"),
        ],
    ),
    "bmo_accounts.csv": (
        FeedFormat.CSV_BMO_ACCOUNT,
        "bmo",
        [
            ("5007661022334455", "CAD", 28, "4725.66", None),
            ("5007661022334455", "CAD", 8, "355.30", None),
        ],
    ),
    "bmo_card.csv": (FeedFormat.CSV_BMO_CARD, "bmo", [("5191120044556677", "CAD", 23, "-165.87", None)]),
    "cibc_chequing.qfx": (FeedFormat.OFX, "cibc", [("00412 88-31907", "CAD", 41, "7640.31", "8628.35")]),
    "cibc_card.qfx": (FeedFormat.OFX, "cibc", [("4500110022331234", "CAD", 18, "-126.06", "-222.47")]),
    "cibc_chequing.csv": (FeedFormat.CSV_CIBC_ACCOUNT, "cibc", [(None, "CAD", 28, "5115.85", None)]),
    "cibc_card.csv": (
        FeedFormat.CSV_CIBC_CARD,
        "cibc",
        [("4500********1234", "CAD", 18, "-126.06", None)],
    ),
    "rbc_business.xml": (
        FeedFormat.CAMT_053,
        "rbc",
        [("01234-1200345", "CAD", 9, "-781.07", "7433.59"), ("01234-4100345", "USD", 3, "535.01", "2037.11")],
    ),
    "td_business.bai": (FeedFormat.BAI2, "td", [("10200765432", "CAD", 8, "1205.57", "13706.32")]),
    "bmo_business.sta": (FeedFormat.MT_940, "bmo", [("0002-1998-877", "CAD", 7, "498.07", "4808.34")]),
    "cibc_two_bad_lines.csv": (FeedFormat.CSV_CIBC_ACCOUNT, "cibc", [(None, "CAD", 15, "1367.01", None)]),
}


NOT_STATED = "\u2013"  # how the README writes that a file has no closing balance


def sample(name: str) -> StatementFeed:
    return read_statement((SAMPLES / name).read_bytes())


def movements(account: FeedAccount) -> list[tuple[object, Decimal]]:
    """What two files of one account have in common: the day and the amount of each row."""
    return sorted((row.posted_date or row.transaction_date, row.amount) for row in account.transactions)


def test_every_sample_file_has_its_figures() -> None:
    files = {path.name for path in SAMPLES.iterdir()} - {"README.md"}

    assert files == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_figures(name: str) -> None:
    expected_format, bank, accounts = FIGURES[name]

    feed = sample(name)

    assert (feed.format, feed.bank_id, feed.institution) == (expected_format, bank, "")
    found = [
        (a.external_account_id, a.currency, len(a.transactions), a.signed_sum, a.balance(BalanceKind.CLOSING))
        for a in feed.accounts
    ]
    assert found == [
        (account, currency, rows, Decimal(total), Decimal(closing) if closing else None)
        for account, currency, rows, total, closing in accounts
    ]


@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"cibc_two_bad_lines.csv"}))
def test_clean_samples_have_no_problems(name: str) -> None:
    assert sample(name).problems == ()


@pytest.mark.parametrize("name", FIGURES)
def test_figures_stand_in_the_readme(name: str) -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")

    assert f"| `{name}` |" in readme
    for _, _, _, total, closing in FIGURES[name][2]:
        assert f"| {total} | {closing or NOT_STATED} |" in readme


def test_the_file_with_two_bad_lines_says_which_and_why() -> None:
    feed = sample("cibc_two_bad_lines.csv")

    assert [(p.line, p.code, p.severity) for p in feed.problems] == [
        (5, "amount_too_precise", Severity.ERROR),
        (10, "date_unreadable", Severity.ERROR),
    ]
    assert feed.accounts[0].rejected == 2


def test_td_csv_and_qfx_tell_of_the_same_movements() -> None:
    from_csv, from_qfx = sample("td_chequing.csv").accounts[0], sample("td_chequing.qfx").accounts[0]

    assert movements(from_csv) == movements(from_qfx)
    opening = from_csv.balance(BalanceKind.OPENING)
    assert opening == Decimal("3120.55")
    assert opening + from_csv.signed_sum == from_csv.balance(BalanceKind.CLOSING)


def test_both_cibc_card_files_tell_of_the_same_movements() -> None:
    assert movements(sample("cibc_card.csv").accounts[0]) == movements(sample("cibc_card.qfx").accounts[0])


def test_both_bmo_card_files_tell_of_the_same_movements() -> None:
    card = sample("bmo_all_accounts.ofx").accounts[2]

    assert movements(sample("bmo_card.csv").accounts[0]) == movements(card)
    assert card.kind is AccountKind.CREDIT_CARD
    assert card.identifier_kind is IdentifierKind.CARD_NUMBER


def test_a_payment_to_a_card_comes_in_whatever_its_type_says() -> None:
    payments = [row for row in sample("cibc_card.qfx").accounts[0].transactions if "PAYMENT" in row.description]

    assert len(payments) == 3
    assert all(row.amount > 0 and row.raw["TRNTYPE"] == "DEBIT" for row in payments)


def test_french_text_arrives_unharmed() -> None:
    descriptions = [
        row.description
        for name in ("rbc_comptes_fr.csv", "rbc_accounts.csv", "rbc_chequing.ofx")
        for account in sample(name).accounts
        for row in account.transactions
    ]

    assert "NOËL & FILS, QUINCAILLIERS - SHERBROOKE QC" in descriptions
    assert descriptions.count("CAFÉ DE LA GARE - GATINEAU QC") >= 4


@pytest.mark.parametrize(
    "name", ["rbc_chequing.ofx", "rbc_accounts.csv", "rbc_comptes_fr.csv", "td_chequing.csv", "cibc_card.csv"]
)
def test_two_equal_purchases_on_one_day_stay_two(name: str) -> None:
    rows = [row for account in sample(name).accounts for row in account.transactions]
    facts = [(row.transaction_date, row.amount, row.description) for row in rows]

    assert any(facts.count(fact) == 2 for fact in facts)


def test_the_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 150_000
