"""Receipts from a file: all or nothing, each error with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from compliance.models import LargeCashRecord
from tests.compliance.cash import person

pytestmark = pytest.mark.django_db
HEAD = (
    "reference,received_at,zone,location_id,method_code,amount,currency,exchange_rate,rate_source,purpose,conductor\n"
)
GOOD = "A-1,2026-10-05T14:30:00-04:00,America/Toronto,B1,1,12000.00,,,,Savings,ann\n"
FOREIGN = "A-2,2026-10-05T14:30:00-04:00,America/Toronto,B1,1,1000.00,USD,1.3725,bank_of_canada,,ann\n"


def test_all_of_a_file(tmp_path: Path) -> None:
    person("ann")
    file = tmp_path / "cash.csv"
    file.write_text(HEAD + GOOD + FOREIGN)

    call_command("import_cash_records", str(file))

    assert [str(one.amount_cad) for one in LargeCashRecord.objects.order_by("reference")] == ["12000.00", "1372.50"]
    assert LargeCashRecord.objects.get(reference="A-1").parties.get().party_key == "ann"


def test_or_nothing_with_an_error_for_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person("ann")
    bad = (
        GOOD
        + GOOD.replace("A-1", "A-3").replace("-04:00", "")
        + GOOD.replace("A-1", "A-4").replace("-04:00", "-05:00")
        + GOOD.replace("A-1", "A-5").replace("Savings", "SIN 046 454 286")
        + GOOD.replace("A-1", "A-6").replace(",ann", ",nobody")
        + GOOD
    )
    file = tmp_path / "cash.csv"
    file.write_text(HEAD + bad)

    with pytest.raises(SystemExit):
        call_command("import_cash_records", str(file), json=True)

    result = json.loads(capsys.readouterr().out)
    assert result["imported"] == 0
    assert [one["line"] for one in result["errors"]] == [3, 4, 5, 6, 7]
    assert "no offset" in result["errors"][0]["message"]
    assert not LargeCashRecord.objects.exists()
