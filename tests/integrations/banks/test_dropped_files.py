"""Statement files that a bank drops: whole ones once, half ones later, and never a byte lost."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import OperationalError

from dwaybank.actor import Actor
from dwaybank.admin.display import admin_url
from dwaybank.models import Notification, SystemConfig
from dwaybank.roles import sync_roles
from integrations.banks.files import Collected, DropFolder, collect_statements
from integrations.models import BankTransaction, StatementFile
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
SAMPLES = resources.files("integrations").joinpath("samples", "statements")
OWNER = "chloe@example.ca"


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.STATEMENT_DROP_DIR = str(tmp_path)
    UserFactory.create(email=OWNER)
    (tmp_path / OWNER).mkdir()
    return tmp_path


def drop(root: Path, name: str, data: bytes, *, age: float = 120, owner: str = OWNER) -> Path:
    path = root / owner / name
    path.write_bytes(data)
    written = (NOW - timedelta(seconds=age)).timestamp()
    os.utime(path, (written, written))
    return path


def sample(name: str) -> bytes:
    return SAMPLES.joinpath(name).read_bytes()


def collect(root: Path, **options: Any) -> list[Collected]:
    folder = DropFolder(root, largest=1_000_000)
    return list(collect_statements(folder, actor=Actor(None, "test"), now=lambda: NOW, **options))


def test_each_file_is_taken_once_and_moved(root: Path) -> None:
    data = sample("rbc_chequing.ofx")
    drop(root, "october.ofx", data)

    (one,) = collect(root)

    stored = BankTransaction.objects.count()
    assert stored > 5
    assert one.moved_to == root / OWNER / "taken" / "2026-11" / "october.ofx"
    assert one.moved_to.read_bytes() == data
    assert collect(root) == []
    drop(root, "october.ofx", data)  # the bank sends it again, under the same name
    (again,) = collect(root)
    assert again.moved_to == root / OWNER / "taken" / "2026-11" / "october-2.ofx"
    assert BankTransaction.objects.count() == stored


def test_what_is_no_statement_is_kept_aside_and_the_others_go_on(root: Path) -> None:
    drop(root, "a.pdf", b"%PDF-1.7 not a statement", age=300)
    drop(root, "b.ofx", sample("rbc_chequing.ofx"))

    sync_roles()
    reviewer, approver = UserFactory.create(staff=True), UserFactory.create(staff=True)
    reviewer.groups.add(Group.objects.get(name="Reconciliation reviewer"))
    approver.groups.add(Group.objects.get(name="Approver"))

    refused, taken = collect(root)

    assert (refused.file_name, taken.file_name) == ("a.pdf", "b.ofx")
    assert refused.moved_to == root / OWNER / "refused" / "2026-11" / "a.pdf"
    file = StatementFile.objects.get(file_name="a.pdf")
    assert file.file_status == "refused"
    told = Notification.objects.get()
    assert (told.recipient, told.kind) == (reviewer, "file_refused")
    assert told.url == admin_url("integrations.StatementFile", file.pk)
    assert OWNER not in told.subject
    assert "a.pdf" not in told.subject
    assert BankTransaction.objects.exists()


def test_a_file_that_is_taken_in_part_is_told_of_once(root: Path) -> None:
    sync_roles()
    reviewer = UserFactory.create(staff=True)
    reviewer.groups.add(Group.objects.get(name="Reconciliation reviewer"))
    for _again in (1, 2):
        drop(root, "cibc.csv", sample("cibc_two_bad_lines.csv"))
        collect(root)

    told = Notification.objects.get()
    assert (told.recipient, told.kind) == (reviewer, "file_in_part")
    assert "cibc" not in told.subject


@pytest.mark.parametrize("name", ["oct.ofx.part", ".oct.ofx", "oct.ofx.filepart", "oct.ofx~", "OCT.OFX.TMP"])
def test_a_half_written_file_is_waited_for(root: Path, name: str) -> None:
    path = drop(root, name, sample("rbc_chequing.ofx"))
    assert collect(root) == []
    path.rename(root / OWNER / "oct.ofx")
    assert len(collect(root)) == 1


def test_a_file_that_grew_a_moment_ago_or_is_empty_is_waited_for(root: Path) -> None:
    path = drop(root, "oct.ofx", sample("rbc_chequing.ofx")[:500], age=10)
    drop(root, "empty.ofx", b"")
    assert collect(root) == []
    assert sorted(DropFolder(root, largest=1).waiting(OWNER, NOW)) == ["empty.ofx", "oct.ofx"]
    drop(root, "oct.ofx", sample("rbc_chequing.ofx"))
    (one,) = collect(root)
    assert one.outcome is not None
    assert one.outcome.status == "imported"
    assert not path.exists()


def test_a_file_that_changes_while_it_is_read_is_left(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(root, "oct.ofx", sample("rbc_chequing.ofx"))
    fstat: Callable[[int], os.stat_result] = os.fstat
    seen: list[int] = []

    def growing(descriptor: int) -> os.stat_result:
        seen.append(descriptor)
        if len(seen) == 2:
            with path.open("ab") as file:
                file.write(b" ")
        return fstat(descriptor)

    monkeypatch.setattr(os, "fstat", growing)
    assert collect(root) == []
    assert path.exists()


def test_a_link_to_somewhere_else_is_not_followed(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ofx"
    secret.write_bytes(sample("rbc_chequing.ofx"))
    (root / OWNER / "link.ofx").symlink_to(secret)
    (root / "other@example.ca").symlink_to(root / OWNER)
    assert collect(root) == []


def test_a_failing_database_leaves_the_file_where_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(root, "oct.ofx", sample("rbc_chequing.ofx"))

    def failing(**call: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("integrations.banks.files.collecting.import_statement", failing)
    with pytest.raises(OperationalError):
        collect(root)
    assert path.exists()


def test_folders_of_nobody_are_told_and_left(root: Path) -> None:
    UserFactory.create(email="gone@example.ca", is_active=False)
    for owner in ("gone@example.ca", "nobody@example.ca"):
        (root / owner).mkdir()
        drop(root, "oct.ofx", sample("rbc_chequing.ofx"), owner=owner)
    problems = [one.problem for one in collect(root)]
    assert [p.split(".ca ", 1)[1][:14] for p in problems] == ["is deactivated", "does not exist"]
    assert (root / "nobody@example.ca" / "oct.ofx").exists()


def test_switching_off_stops_between_two_files(root: Path) -> None:
    for name in ("a.ofx", "b.ofx", "c.ofx"):
        drop(root, name, sample("rbc_chequing.ofx"))
    answers = iter([True, False, False])
    assert len(collect(root, may_go_on=lambda: next(answers))) == 1


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("collect_statements", *arguments, stdout=out, stderr=out)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue()
        return 0, out.getvalue()

    def test_says_what_it_took(self, root: Path) -> None:
        assert self.run() == (0, "No file is ready.\n")
        drop(root, "oct.ofx", sample("rbc_chequing.ofx"), age=10**6)
        code, text = self.run("--json")
        (file,) = json.loads(text)["files"]
        assert (code, file["status"], file["owner"]) == (0, "imported", OWNER)
        assert file["imported"] == BankTransaction.objects.count()

    def test_a_refused_file_and_a_strange_folder_show_in_the_code(self, root: Path) -> None:
        (root / "nobody@example.ca").mkdir()
        code, text = self.run()
        assert code == 1
        assert "name the folder after the customer's e-mail" in text
        drop(root, "x.pdf", b"%PDF-1.7", age=10**6)
        code, text = self.run()
        assert code == 2
        assert "refused" in text

    def test_refuses_without_a_folder_or_while_switched_off(self, root: Path, settings: Any) -> None:
        SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
        with pytest.raises(CommandError, match="bank_integration_enabled is false"):
            self.run()
        settings.STATEMENT_DROP_DIR = str(root / "missing")
        with pytest.raises(CommandError, match="which is no folder"):
            self.run()
        settings.STATEMENT_DROP_DIR = ""
        with pytest.raises(CommandError, match="STATEMENT_DROP_DIR is not set"):
            self.run()
