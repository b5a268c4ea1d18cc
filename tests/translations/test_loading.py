"""A text that is translated while modules load stays in the language of the process for ever."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

# reports each call of gettext and its kin that is no lazy text being looked at
LOADER = """
import os, traceback
os.environ["DJANGO_SETTINGS_MODULE"] = "dwaybank.settings"
from django.utils.translation import trans_real

def watched(real):
    def call(*arguments):
        above = [frame for frame in traceback.extract_stack()[:-1] if "utils/translation/" not in frame.filename]
        if not above[-1].filename.endswith("utils/functional.py"):
            print(f"{above[-1].filename}:{above[-1].lineno} {arguments[0]!r}")
        return real(*arguments)
    return call

for name in ("gettext", "ngettext", "pgettext", "npgettext"):
    setattr(trans_real, name, watched(getattr(trans_real, name)))
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
"""


def test_nothing_is_translated_while_modules_load() -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADER],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    ours = [line for line in loaded.stdout.splitlines() if line.startswith(str(settings.BASE_DIR))]
    assert [line for line in ours if "/.venv/" not in line] == []
