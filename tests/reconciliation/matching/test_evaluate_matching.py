"""``manage.py evaluate_matching`` as a bank tries it on its own files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import REPOSITORY

BANK = """id,date,amount,description,reference,counterparty
B1,2026-03-09,-4.95,POS TIM HORTONS #12 TORONTO,,
B2,2026-03-09,1300.73,DEPOSIT,,
B3,2026-03-20,-61.00,PRAIRIE FUELS,,
"""
LEDGER = """id,date,amount,description
L1,2026-03-06,-4.95,Tim Hortons
L2,2026-03-06,700.13,Invoice 101 Smith
L3,2026-03-06,600.60,Invoice 102 Ray
"""
ANSWERS = "bank_id,ledger_id\nB1,L1\nB2,L2\nB2,L3\n"


def write(folder: Path, **files: str | bytes) -> list[str]:
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(str(path))
    return paths


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("evaluate_matching", *arguments, stdout=out)
    return out.getvalue()


def test_json_holds_counts_time_hash_and_figures(tmp_path: Path) -> None:
    bank, ledger, answers = write(tmp_path, bank=BANK, ledger=LEDGER, answers=ANSWERS)

    report = json.loads(run(bank, ledger, "--answers", answers, "--json"))

    assert (report["matched"], report["ambiguous"], report["unmatched"]) == (2, 0, 1)
    assert report["seconds"] >= 0
    assert len(report["run_hash"]) == 64
    assert (report["precision"], report["recall"], report["f1"]) == (1.0, 1.0, 1.0)
    assert report["accepted"]["precision"] == 1.0
    assert report["accepted"]["share"] == 1.0


def test_figures_without_answers_and_for_people(tmp_path: Path) -> None:
    bank, ledger = write(tmp_path, bank=BANK, ledger=LEDGER)
    output = run(bank, ledger)
    for words in ("matched: 2", "ambiguous: 0", "unmatched: 1", "seconds: ", "run hash: "):
        assert words in output
    assert "precision" not in output


def test_a_ledger_with_the_other_signs_is_said_and_not_turned_round(tmp_path: Path) -> None:
    rows = [(n, f"2026-03-{n + 1:02d}", f"{n * 7 + 3}.{n + 10}") for n in range(1, 21)]
    head = "id,date,amount,description\n"
    bank, ledger = write(
        tmp_path,
        bank=head + "".join(f"B{n},{day},-{amount},SHOP {n}\n" for n, day, amount in rows),
        ledger=head + "".join(f"L{n},{day},{amount},Shop {n}\n" for n, day, amount in rows),
    )
    out, err = io.StringIO(), io.StringIO()

    call_command("evaluate_matching", bank, ledger, "--json", stdout=out, stderr=err)

    report = json.loads(out.getvalue())
    assert report["opposite_signs"] is True
    assert report["matched"] == 0
    assert "opposite signs" in err.getvalue()


def test_the_pairs_file_holds_each_pair_with_its_evidence(tmp_path: Path) -> None:
    bank, ledger = write(tmp_path, bank=BANK, ledger=LEDGER)
    run(bank, ledger, "--out", str(tmp_path / "pairs.csv"))

    rows = list(csv.DictReader(io.StringIO((tmp_path / "pairs.csv").read_text("utf-8"))))

    assert [(row["bank_id"], row["ledger_id"], row["outcome"]) for row in rows] == [
        ("B1", "L1", "matched"),
        ("B2", "L2", "batch"),
        ("B2", "L3", "batch"),
    ]
    assert rows[0]["evidence"].startswith("same amount; 3 days later at the bank")
    assert {row["accepted"] for row in rows} == {"yes"}


def test_column_order_mark_extra_columns_blank_lines_and_row_order_do_not_matter(tmp_path: Path) -> None:
    bank, ledger, other = write(
        tmp_path,
        bank=BANK,
        ledger=LEDGER,
        other=b"\xef\xbb\xbfDescription;Branch;Amount;ID;Date\r\n"
        b"DEPOSIT;7;1300.73;B2;2026-03-09\r\n\r\nPRAIRIE FUELS;;-61.00;B3;2026-03-20\r\n"
        b"POS TIM HORTONS #12 TORONTO;;-4.95;B1;2026-03-09\r\n",
    )
    first, second = (json.loads(run(path, ledger, "--json"))["run_hash"] for path in (bank, other))
    assert first == second


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty"),
        ("id,date\nB1,2026-03-09\n", "line 1: no column amount"),
        ("id,date,amount\nB1,09/03/2026,1.00\n", "line 2: the date '09/03/2026' is not a date"),
        ("id,date,amount\nB1,2026-03-09,1.234\n", 'line 2: The amount "1.234" has more than two decimals'),
        ("id,date,amount\nB1,2026-03-09,abc\n", 'line 2: The amount "abc" is not a number'),
        ("id,date,amount\nB1,2026-03-09,1\nB1,2026-03-10,2\n", "line 3: the id 'B1' stands already on line 2"),
        ("id,date,amount\n,2026-03-09,1\n", "line 2: the id is empty"),
        ("id,date,amount\nB1,2026-03-09\n", "line 2: The amount is blank"),
        ("id,date,amount,description\nB1,2026-03-09,1,Ray, Chen\n", "line 2: 5 values for 4 columns"),
        ("id,date,amount,date\nB1,2026-03-09,1,2026-03-09\n", "line 1: the column date stands twice"),
    ],
)
def test_bad_input_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    bank, ledger = write(tmp_path, bank=content, ledger=LEDGER)
    with pytest.raises(CommandError) as refusal:
        run(bank, ledger)
    assert message in str(refusal.value)
    assert refusal.value.returncode == 2


def test_answers_about_unknown_lines_and_missing_files_are_refused(tmp_path: Path) -> None:
    bank, ledger, answers = write(tmp_path, bank=BANK, ledger=LEDGER, answers="bank_id,ledger_id\nB9,L1\n")
    with pytest.raises(CommandError, match="line 2: there is no bank line 'B9'"):
        run(bank, ledger, "--answers", answers)
    with pytest.raises(CommandError, match="No such file"):
        run(bank, str(tmp_path / "none.csv"))


def test_the_database_is_not_touched(tmp_path: Path) -> None:
    bank, ledger = write(tmp_path, bank=BANK, ledger=LEDGER)
    environment = os.environ | {"DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    finished = subprocess.run(
        [sys.executable, "manage.py", "evaluate_matching", bank, ledger],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
