"""Files of real banks' dialects against figures that other people's tools found in them.

The files are not part of the project (their licences are mixed); where they are absent the tests are skipped.
"""

from __future__ import annotations

import csv
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
}


def manifest_rows() -> list[dict[str, str]]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["format"] in {"ofx", "csv-ca"}]


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
    stated = row["closing_balance_in_file"].split(" ")[0]
    closing = feed.accounts[0].balance(BalanceKind.CLOSING)
    assert closing == (Decimal(stated) if stated else None)


@pytest.mark.skipif(not MANIFEST.is_file(), reason="the shared samples are not on this machine")
def test_every_listed_file_was_checked() -> None:
    assert {row["file"] for row in manifest_rows()} == set(BANKS)
