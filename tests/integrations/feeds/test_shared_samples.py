"""Files of real banks' dialects against figures that other people's tools found in them.

The files are not part of the project (their licences are mixed); where they are absent the tests are skipped.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.feeds import BalanceKind, read_statement

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "samples" / "feeds"
MANIFEST = SAMPLES / "MANIFEST.tsv"

BANKS = {
    "ofx/gnucash__cibc_checking.qfx": "cibc",
    "ofx/ofxgo__bmo_v102__no_header_newline.qfx": "bmo",
    "ofx/ofxparse__bank_medium.ofx": None,
    "ofx/ubiqwit__sample_no_close_tags.ofx": None,
    "csv-ca/lit__cibc_account.csv": "cibc",
    "csv-ca/lit__cibc_card.csv": "cibc",
    "csv-ca/ubiqwit__bmo.csv": "bmo",
    "csv-ca/ubiqwit__rbc.csv": "rbc",
    "csv-ca/ubiqwit__td.csv": "td",
    "bai2/moj__nwb.bai2": None,
    "bai2/moov__sample1_td_web_business_banking.bai": "td",
    "camt053/camt__camt053.v2.minimal.xml": None,
    "camt053/viafintech__with_debit.xml": None,
    "mt940/mt940__abnamro.sta": None,
    "mt940/mt940__ing.sta": None,
}
FORMATS = {"ofx", "csv-ca", "bai2", "camt053", "mt940"}


def manifest_rows() -> list[dict[str, str]]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["format"] in FORMATS]


@pytest.mark.skipif(not MANIFEST.is_file(), reason="the shared samples are not on this machine")
@pytest.mark.parametrize("row", manifest_rows(), ids=lambda row: row["file"])
def test_reads_what_the_manifest_says(row: dict[str, str]) -> None:
    feed = read_statement((SAMPLES / row["file"]).read_bytes())

    assert feed.bank_id == BANKS[row["file"]]
    assert len(feed.accounts) == int(row["accounts"])
    assert sum(len(account.transactions) for account in feed.accounts) == int(row["transactions"])
    assert sum(account.signed_sum for account in feed.accounts) == Decimal(row["sum_holder_signed"])
    assert {account.currency for account in feed.accounts} == {row["currency"]}
    assert not any(account.rejected for account in feed.accounts)
    account = feed.accounts[0]
    amount, currency = closing_balance(row["closing_balance_in_file"], account.currency)
    closing = next((b for b in account.balances if (b.kind, b.currency) == (BalanceKind.CLOSING, currency)), None)
    assert (closing.amount if closing else None) == amount


def closing_balance(stated: str, currency: str) -> tuple[Decimal | None, str]:
    """(amount, currency) of what the manifest states: of several statements the last, of several types the first.

    Written as "-27.00 SEK", "517852257=876.84; 517852257=1849.75" or "… 600004:015=338.45;045=338.45".
    """
    if not stated:
        return None, currency
    whole = stated.split(";")[0] if ":015=" in stated else stated.split(";")[-1]
    match = re.search(r"(-?[0-9.]+)(?: ([A-Z]{3}))?(?: \(.*)?$", whole.rpartition("=")[2].strip())
    assert match, stated
    return Decimal(match[1]), match[2] or currency


@pytest.mark.skipif(not MANIFEST.is_file(), reason="the shared samples are not on this machine")
def test_every_listed_file_was_checked() -> None:
    assert {row["file"] for row in manifest_rows()} == set(BANKS)
