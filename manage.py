#!/usr/bin/env python
"""Command line of the back office: ``python manage.py help`` lists the commands."""

import os
import sys


def main() -> None:
    """Run one management command, which the audit and the logs name, and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    from django.core.management import execute_from_command_line

    from dwaybank.runs import running

    with running(f"command:{sys.argv[1] if len(sys.argv) > 1 else 'help'}"):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
