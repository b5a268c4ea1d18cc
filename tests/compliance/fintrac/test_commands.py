"""``validate_report`` and ``fintrac_simulator`` as an operator runs them, without a database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from compliance.fintrac.building import deletion_of, payload_bytes
from compliance.fintrac.client import FilingClient, FilingSettings
from compliance.fintrac.codes import DeleteReason
from tests.compliance.fintrac.reports import as_document, single_lctr, suspicious_transaction

REPOSITORY = Path(__file__).resolve().parents[3]


def written(folder: Path, content: bytes | dict[str, Any]) -> str:
    path = folder / "report.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(path)


def run(path: str, *options: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what was printed."""
    try:
        call_command("validate_report", path, *options)
    except SystemExit as end:
        return int(end.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_a_report_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(written(tmp_path, payload_bytes(single_lctr())), capsys=capsys)

    assert code == 0
    assert "LCTR LCTR-2025-0001: fit to be filed; 0 rejects, 0 warnings" in text


def test_a_faulty_report_for_people_and_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = as_document(suspicious_transaction())
    del document["definitions"]
    document["actionTaken"]["description"] = "unknown"
    path = written(tmp_path, document)

    code, text = run(path, capsys=capsys)
    assert code == 1
    assert "reject: /actionTaken/description [placeholder]" in text
    assert "La liste definitions est absente" in text

    code, text = run(path, "--json", capsys=capsys)
    result = json.loads(text)
    assert code == 1
    assert (result["valid"], result["type"], result["reference"]) == (False, "STR", "STR-2025-0001")
    assert {"code", "path", "severity", "en", "fr"} == set(result["findings"][0])
    assert result["rejects"] == sum(one["severity"] == "reject" for one in result["findings"])


def test_the_type_can_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(written(tmp_path, payload_bytes(single_lctr())), "--type", "STR", "--json", capsys=capsys)

    assert code == 1
    assert "report_type" in {one["code"] for one in json.loads(text)["findings"]}


def test_an_order_to_delete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = payload_bytes(deletion_of(single_lctr(), DeleteReason.DUPLICATE))

    assert run(written(tmp_path, order), capsys=capsys)[0] == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON: Expecting value in line 1, column 1"),
        (b'{"a": 1,}', "not JSON: .* in line 1"),
        (b'{"a": NaN}', "NaN is no JSON value"),
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b"[]", "holds no JSON object"),
        (b"{}", "no object reportDetails"),
        (b'{"reportDetails": {}}', "only LCTR .* and STR"),
        (b'{"reportDetails": {"reportTypeCode": 145}}', "reportTypeCode is 145"),
        ("déclaration".encode("latin-1"), "not UTF-8"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number of 5000 digits"),
        (b"%PDF-1.7", "not JSON"),
    ],
)
def test_what_is_no_report_says_so(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(CommandError, match=message) as caught:
        call_command("validate_report", written(tmp_path, content))
    assert caught.value.returncode == 2


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("validate_report", str(tmp_path / "none.json"))


def process(*arguments: str) -> subprocess.Popen[str]:
    """manage.py with a database that is not there."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_no_database_is_needed(tmp_path: Path) -> None:
    checking = process("validate_report", written(tmp_path, payload_bytes(single_lctr())))

    assert "fit to be filed" in checking.communicate(timeout=60)[0]
    assert checking.returncode == 0


def test_the_simulator_serves_until_it_is_interrupted() -> None:
    serving = process("fintrac_simulator", "--port", "0", "--faults", "error,warn")
    assert serving.stdout is not None
    try:
        said = dict(serving.stdout.readline().strip().split("=", 1) for _ in range(3))
        settings = FilingSettings(said["FINTRAC_API_URL"], said["FINTRAC_CLIENT_ID"], said["FINTRAC_CLIENT_SECRET"])
        with FilingClient(settings, clock=time.monotonic, pause=lambda seconds: None) as client:
            assert client.submit(payload_bytes(single_lctr())).outcome == "accepted_with_warnings"
        assert httpx.get(f"{said['FINTRAC_API_URL']}/api/v1/healthcheck", trust_env=False).status_code == 200
    finally:
        serving.send_signal(signal.SIGINT)
        text = serving.communicate(timeout=30)[0]
    assert "2 reports came in, 1 are filed." in text


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(CommandError, match="'explode' is not a valid Fault; write a list of accept, warn"):
        call_command("fintrac_simulator", "--faults", "explode")
