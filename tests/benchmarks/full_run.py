"""Import, match, balance and report of a bank's day: seconds per 100,000 rows by step, and the peak of memory at one,
two and four times the rows. Each size is a process of its own, so that each has its own peak.

Statements come one file per account of ``ROWS_A_FILE`` rows; each is imported, matched against a ledger that knows
nineteen of twenty rows and compared with the balance it states. Then cash that must be reported and suspicion are
looked for over everything, and the period's reports are drafted. The ledger's rows are not DwayBank's back office's to
write: making them is not counted.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

ROWS_A_FILE: Final = 2_500
SIZES: Final = (1, 2, 4)
# what DwayBank's services booked: the same movements in their own words, but for every twentieth
_LEDGER: Final = """
    INSERT INTO transactions (account_id, amount, currency, transaction_type, transaction_date, description)
    SELECT account_id, amount, currency, transaction_type, transaction_date, initcap(raw_description)
    FROM bank_transactions
    WHERE account_id = %s AND hashtext(external_transaction_id) & 31 > 1
"""


def run(rows: int) -> Iterator[dict[str, object]]:
    """A line for each size, and one for how memory grows."""
    spawned = multiprocessing.get_context("spawn")
    peaks = []
    for part, times in enumerate(SIZES):
        count = max(rows * times // SIZES[-1], ROWS_A_FILE)
        with spawned.Pool(1) as pool:
            line = pool.apply(_child, (connection.settings_dict["NAME"], count, part))
        peaks.append(line["peak_memory_mb"])
        yield line
    yield {
        "what": "peak of memory at the most rows against the fewest",
        "ratio": round(peaks[-1] / peaks[0], 2),
        "times_the_rows": SIZES[-1] // SIZES[0],
    }


def _child(database: str, rows: int, part: int) -> dict[str, Any]:
    """One size in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    django.setup()
    connection.settings_dict["NAME"] = database
    seconds, found = _whole(rows, part)
    total = sum(seconds.values())
    return {
        "what": "import, match, balance, report",
        "seconds_per_100000_rows": round(total / rows * 100_000, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "rows": rows,
        "seconds": round(total, 1),
        **{f"seconds_of_{step}": round(value, 1) for step, value in seconds.items()},
        **found,
    }


def _whole(rows: int, part: int) -> tuple[dict[str, float], dict[str, object]]:
    from compliance.detecting import detect_reportable
    from compliance.enums import ReportType
    from compliance.periodic.building import build_report
    from compliance.suspicion.detecting import detect
    from dwaybank.actor import Actor
    from dwaybank.models import User
    from integrations.importing import following, import_statement
    from reconciliation.balancing import compare_account
    from reconciliation.mapping import run_matching
    from tests.benchmarks.generate import rows as generated
    from tests.integrations.statements_text import ofx

    following._followers.clear()  # what follows an import is called here, step by step
    actor, now = Actor(None, "bench"), datetime.now(UTC)
    steps = _Steps()
    mapped = imported = 0
    for number in range(rows // ROWS_A_FILE):
        name = f"{part:02d}{number:05d}"
        made = generated(ROWS_A_FILE, seed=number)
        closing = sum((Decimal(one.amount) for one in made), Decimal(0))
        data = ofx(*made, account=f"01234-{name}", closing=str(closing))
        owner = User.objects.create_user(f"run-{name}@bench.dwaybank.example")
        with steps.step("import"):
            outcome = import_statement(
                data=data, file_name=f"{name}.ofx", owner=owner, actor=actor, create_accounts=True
            )
        (account,) = outcome.accounts
        imported += account.imported
        with connection.cursor() as cursor:
            cursor.execute(_LEDGER, [account.account_id])
            # autovacuum looks once a minute; in life the tables did not double since
            if number & (number + 1) == 0:
                cursor.execute("ANALYZE bank_transactions, bank_transaction_keys, transactions, transaction_mappings")
        with steps.step("match"):
            mapped += run_matching(actor=actor, now=now, account_id=account.account_id).accepted
        with steps.step("balance"):
            compare_account(account.account_id, actor=actor, now=now)
    with steps.step("report"):
        detect_reportable(actor=actor, now=now)
        detect(now=now, actor=actor)
        build_report(
            report_type=ReportType.OSFI_RISK, start=date(2026, 7, 1), end=date(2026, 9, 30), now=now, actor=actor
        )
    assert imported == rows // ROWS_A_FILE * ROWS_A_FILE
    return steps.seconds, {"mapped_share": round(mapped / imported, 3)}


class _Steps:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start
