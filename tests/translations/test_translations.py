"""English and French are complete: every text of the code is for translation, and every one is translated."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import polib
import pytest

from tests.translations.catalogues import APPS, french_of, modules, po_path, said_by, templates
from tests.translations.unwrapped import in_python, in_template

# rooms whose texts are kept with rows (problems of files, errors of banks), in one language: docs/translation.md
KEPT_IN_ENGLISH: Final = (
    "integrations/feeds/",
    "integrations/banks/",
    "integrations/importing/",
    "integrations/syncing/",
    "integrations/models/triggers.py",
)
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[sd%]")
by_app = pytest.mark.parametrize("app", APPS)


def test_no_text_for_people_stands_outside_of_translation() -> None:
    found = [text for app in APPS for path in modules(app) for text in in_python(path)]
    found += [text for path in templates() for text in in_template(path)]
    left = [text for text in found if not text.startswith(KEPT_IN_ENGLISH)]

    assert left == [], "wrap in gettext or {% translate %}:\n" + "\n".join(left)


@by_app
def test_every_text_is_in_the_catalogue_and_has_its_french(app: str) -> None:
    said = {(one.context, one.singular): one for one in said_by(app)}
    catalogue = {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(po_path(app)))}

    assert sorted(said.keys() ^ catalogue.keys()) == [], "make messages"
    wrong = []
    for key, entry in catalogue.items():
        english = [entry.msgid, entry.msgid_plural or entry.msgid]
        if entry.fuzzy or not all(french_of(entry)) or bool(entry.msgid_plural) != bool(said[key].plural):
            wrong.append(f"no French: {entry.msgid!r}")
        for text, french in zip(english, french_of(entry), strict=False):
            # one thing may be said without its number
            if set(_PLACEHOLDER.findall(french)) ^ set(_PLACEHOLDER.findall(text)) and not entry.msgid_plural:
                wrong.append(f"other values: {text!r} / {french!r}")
            elif not set(_PLACEHOLDER.findall(french)) <= set(_PLACEHOLDER.findall(english[1])):
                wrong.append(f"unknown values: {text!r} / {french!r}")
    assert wrong == []


@by_app
def test_the_compiled_catalogue_is_that_of_the_text(app: str) -> None:
    path = po_path(app)

    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary(), "make messages"


def test_a_text_has_one_french_whoever_says_it() -> None:
    found = defaultdict(set)
    for app in APPS:
        for entry in polib.pofile(str(po_path(app))):
            if all(french_of(entry)):
                found[(entry.msgctxt, entry.msgid)].add(tuple(french_of(entry)))
    differing = {key: texts for key, texts in found.items() if len(texts) > 1}

    assert differing == {}
