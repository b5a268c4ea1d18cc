"""``make bench``: figures of this machine, each beside a baseline of the same run. JSON lines, ratios first.

Usage: ``python -m tests.benchmarks [--rows N] [--keep] [PART …]``; without PART all but ``tables`` run. Scratch
databases are made on the project's server and dropped afterwards; with ``--keep`` filled ones stay for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import django
from tqdm import tqdm


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django's default database is a new one, migrated, for as long as the block runs."""
    from django.core.management import call_command
    from django.db import connection

    from tests.benchmarks.filling import use_database

    name = f"dwaybank_bench_{os.getpid()}"
    original = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    use_database(name)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        use_database(original)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def filled(keep: bool) -> Iterator[None]:
    """Databases that parts fill are shared while the block runs, and dropped after it unless ``keep``."""
    from tests.benchmarks.filling import drop_filled

    try:
        yield
    finally:
        if not keep:
            drop_filled()


def main() -> int:
    """Run the parts and print one JSON line each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    django.setup()
    from tests.benchmarks import (
        aggregating,
        archiving,
        auditing,
        balances,
        detecting,
        full_run,
        growing,
        importing,
        mapping,
        matching,
        matching_tables,
        pages,
        reading,
        scaling,
        serving,
        shards,
        suspicion,
        working,
    )

    parts: dict[str, Callable[[int], Iterator[dict[str, object]]]] = {
        "reading": reading.run,
        "importing": importing.run,
        "growing": growing.run,
        "import_at_size": growing.run_at_size,
        "auditing": auditing.run,
        "aggregating": aggregating.run,
        "detecting": detecting.run,
        "matching": matching.run,
        "scaling": scaling.run,
        "tables": matching_tables.run,
        "mapping": mapping.run,
        "balances": balances.run,
        "suspicion": suspicion.run,
        "shards": shards.run,
        "pages": pages.run,
        "archiving": archiving.run,
        "full_run": full_run.run,
        "web": serving.run_web,
        "webhooks": serving.run_webhooks,
        "workers": working.run,
    }
    without_database = {"matching", "scaling", "tables", "aggregating", "balances", "pages", "web", "import_at_size"}
    # rows of parts that say little at twenty thousand
    usual_rows = {
        "growing": 1_000_000,
        "import_at_size": 200_000,
        "web": 10_000,
        "webhooks": 2_000,
        "pages": 200_000,
        "archiving": 100_000,
        "full_run": 40_000,
    }
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], metavar="PART", help=", ".join(parts))
    parser.add_argument("--rows", type=int, help=f"rows (20000; else {usual_rows})")
    parser.add_argument("--keep", action="store_true", help="keep the filled databases for another run")
    options = parser.parse_args()
    # tables print what docs/matching.md holds, on request
    chosen = options.parts or [name for name in parts if name != "tables"]
    with filled(options.keep), nullcontext() if without_database.issuperset(chosen) else scratch_database():
        for name in tqdm(chosen, unit="part", disable=None):
            for line in parts[name](options.rows or usual_rows.get(name, 20_000)):
                print(json.dumps({"part": name, **line}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
