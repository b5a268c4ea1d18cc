"""``compare_balances`` from the terminal: what it prints, and what its exit code means."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.reconciliation.balancing.books import BalanceBook, missing_row

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("compare_balances", *arguments, stdout=out, no_color=True)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_all_accounts_and_one_that_differs() -> None:
    fine = BalanceBook()
    fine.both("-12.34")
    fine.statement()
    assert run("--account", fine.account.external_account_id) == (
        0,
        f"{fine.account.pk} 2026-10-30 bank 987.66 DwayBank 987.66 CAD: agree\n1 accounts compared, 0 need a person\n",
    )
    missing_row()

    code, printed = run()

    assert code == 1
    assert "-263.42 off since 2026-10-14 (missing), an open conflict" in printed
    assert "2 accounts compared, 1 need a person" in printed


def test_json() -> None:
    book = missing_row()

    code, printed = run("--account", str(book.account.pk), "--json")

    found: dict[str, list[dict[str, Any]]] = json.loads(printed)
    [one] = found["comparisons"]
    assert code == 1
    assert (one["gap"], one["parted_on"], one["cause"], one["is_certain"]) == ("-263.42", "2026-10-14", "missing", True)


def test_an_account_without_a_balance_of_the_bank_is_refused_by_name() -> None:
    book = BalanceBook()

    with pytest.raises(CommandError, match="stated no balance of RBC chequing"):
        run("--account", str(book.account.pk))
