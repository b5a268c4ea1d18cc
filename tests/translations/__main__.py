"""``make messages``: writes each application's French catalogue anew from what the code says, and compiles it.

New texts come in without a translation and are listed; texts that nobody says any more go. Ends with 1 while a text
has no translation.
"""

from __future__ import annotations

import os
import sys

import django

# the applications are read when they stand
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
django.setup()

from tests.translations.catalogues import APPS, french_of, po_path, renewed, said_by  # noqa: E402


def main() -> int:
    """Renew all catalogues, or those of the applications named; the exit code."""
    waiting = 0
    for app in sys.argv[1:] or APPS:
        path = po_path(app)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = renewed(app, said_by(app))
        catalogue.save(str(path))
        path.with_suffix(".mo").write_bytes(catalogue.to_binary())
        for entry in catalogue:
            if not all(french_of(entry)):
                waiting += 1
                print(f"{path}: no French yet: {entry.msgid!r}")
        print(f"{app}: {len(catalogue)} texts")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
