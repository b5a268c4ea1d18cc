"""``manage.py import_statement`` as an operator and as a script use it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dwaybank.models import User
from integrations.models import BankTransaction
from tests.factories import UserFactory
from tests.integrations.statements_text import Row, ofx, rbc_csv

pytestmark = pytest.mark.django_db

COFFEE = Row("2026-10-05", "-4.95", "COFFEE", "F1")


@pytest.fixture
def owner() -> User:
    return UserFactory.create()


def run(*arguments: str) -> tuple[int, str]:
    """(exit code, output)"""
    out = io.StringIO()
    try:
        call_command("import_statement", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_json_is_one_object_with_amounts_as_strings(owner: User, tmp_path: Path) -> None:
    path = write(tmp_path, "oct.ofx", ofx(COFFEE, Row("2026-10-06", "10", "PAY", "F2"), closing="105.05"))

    code, output = run(path, "--owner", owner.email, "--create-accounts", "--json")

    assert code == 0
    (file,) = json.loads(output)["files"]
    assert file.keys() == {"path", "sha256", "format", "profile", "status", "accounts", "problems"}
    assert (file["path"], file["format"], file["status"], file["problems"]) == (path, "ofx", "imported", [])
    assert file["accounts"] == [
        {
            "external_account_id": "01234-5678901",
            "currency": "CAD",
            "transactions": 2,
            "imported": 2,
            "duplicates": 0,
            "rejected": 0,
            "signed_sum": "5.05",
            "opening_balance": None,
            "closing_balance": "105.05",
            "ties_out": None,
        }
    ]


def test_exit_codes_say_how_bad_it_was(owner: User, tmp_path: Path) -> None:
    good = write(tmp_path, "good.ofx", ofx(COFFEE))
    partly = write(tmp_path, "partly.csv", rbc_csv(COFFEE, Row("2026-10-06", "1.234")))
    bad = write(tmp_path, "bad.txt", b"no statement")
    options = ("--owner", owner.email, "--create-accounts", "--json")

    assert run(good, *options)[0] == 0
    code, output = run(good, partly, *options)
    assert code == 1
    (problem,) = json.loads(output)["files"][1]["problems"]
    assert problem.keys() == {"line", "code", "severity", "message"}
    assert (problem["line"], problem["severity"]) == (3, "error")
    assert run(good, partly, bad, str(tmp_path / "missing.ofx"), *options)[0] == 2


def test_people_read_names_counts_and_what_to_do(owner: User, tmp_path: Path) -> None:
    path = write(tmp_path, "oct.ofx", ofx(COFFEE))

    code, output = run(path, "--owner", owner.email)

    assert code == 2
    assert "01234-5678901" in output
    assert "--create-accounts" in output
    code, output = run(path, "--owner", owner.email, "--create-accounts", "--dry-run")
    assert (code, BankTransaction.objects.count()) == (0, 0)
    assert "1 new" in output
    assert "nothing was written" in output


def test_an_unknown_owner_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no customer with the e-mail nobody@example\.ca") as error:
        run(write(tmp_path, "a.ofx", ofx(COFFEE)), "--owner", "nobody@example.ca")

    assert error.value.returncode == 2


def manifest(folder: Path) -> dict[str, dict[str, Any]]:
    lines = (folder / "MANIFEST.tsv").read_text("utf-8").splitlines()
    names = lines[0].split("\t")
    return {line.split("\t")[0]: dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:]}


def test_counts_and_sums_of_the_shared_samples_agree_with_their_manifest(owner: User, shared_samples: Path) -> None:
    formats = {"ofx", "csv-ca", "bai2", "camt053", "mt940"}
    expected = {name: row for name, row in manifest(shared_samples).items() if row["format"] in formats}
    paths = [str(shared_samples / name) for name in sorted(expected, reverse=True)]

    code, output = run(*paths, "--owner", owner.email, "--create-accounts", "--json")

    assert code == 0
    for file in json.loads(output)["files"]:
        row = expected[str(Path(file["path"]).relative_to(shared_samples))]
        (account,) = file["accounts"]
        assert len(file["accounts"]) == int(row["accounts"])
        assert account["transactions"] == account["imported"] == int(row["transactions"])
        assert float(account["signed_sum"]) == float(row["sum_holder_signed"])
        assert account["currency"] == row["currency"]
        if row["closing_balance_in_file"] and row["format"] in {"ofx", "csv-ca"}:
            # of the other formats the manifest lists several; test_shared_samples compares them
            assert row["closing_balance_in_file"].split(" ")[0] == account["closing_balance"]
