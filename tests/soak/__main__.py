"""Command of the soak.

    nice -n 10 python -m tests.soak --connections 50 --minutes 10 --kills 30

It needs a database of its own (``DATABASE_URL``, or ``EMBEDDED_POSTGRES_DIR`` for an embedded one; else
``var/postgres-soak``), fills it and leaves it as evidence. Exit code: 0 all as it should be, 1 a problem, each printed.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace

PRINTED = 50


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--connections", type=int, default=50, help="connections, one customer each (50)")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long faults come by chance (5)")
    parser.add_argument("--kills", type=int, default=20, help="workers killed by SIGKILL meanwhile (20)")
    parser.add_argument("--seed", type=int, default=6, help="the same seed is the same bank and plan (6)")
    parser.add_argument("--quick", action="store_true", help="a hanging bank breaks off before our own time-out")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    if "DATABASE_URL" not in os.environ:
        os.environ.setdefault("EMBEDDED_POSTGRES_DIR", "var/postgres-soak")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.soak.running import Options, soak

    call_command("migrate", verbosity=0)
    options = Options(connections=given.connections, seconds=given.minutes * 60, kills=given.kills, seed=given.seed)
    findings = soak(replace(options, hang_seconds=2.0) if given.quick else options, dict(os.environ))
    for name, value in findings.figures.items():
        sys.stdout.write(f"{name}: {value}\n")
    for problem in findings.problems[:PRINTED]:
        sys.stdout.write(f"PROBLEM: {problem}\n")
    sys.stdout.write("As it should be.\n" if not findings.problems else f"{len(findings.problems)} problems.\n")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
