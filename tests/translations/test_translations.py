"""English and French are complete: every text of the code is for translation, and every one is translated."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Final

import polib
import pytest
from django.utils.translation import override

from dwaybank.kept import CONTEXT, kept_text
from tests.translations.catalogues import APPS, ROOT, french_of, modules, po_path, said_by, templates
from tests.translations.unwrapped import in_python, in_template

_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[sd%]")
by_app = pytest.mark.parametrize("app", APPS)


def test_no_text_for_people_stands_outside_of_translation() -> None:
    found = [text for app in APPS for path in modules(app) for text in in_python(path)]
    found += [text for path in templates() for text in in_template(path)]
    left = [text for text in found if _bare(text.split(": ", 1)[1]) not in _kept_and_said()]

    assert left == [], "wrap in gettext or {% translate %}:\n" + "\n".join(left)


def _bare(text: str) -> str:
    """The first letters of a text, without its values: an f-string and its entry in the catalogue are then alike."""
    text = text[2:-1] if re.match("f['\"]", text) else text
    return "".join(filter(str.isalpha, _PLACEHOLDER.sub("", text)))[:60]


@lru_cache(maxsize=1)
def _kept_and_said() -> set[str]:
    """The sentences that rows keep in English and screens say in French."""
    entries = [entry for app in APPS for entry in polib.pofile(str(po_path(app)))]
    return {_bare(entry.msgid) for entry in entries if entry.msgctxt == CONTEXT}


def test_each_kept_sentence_is_told_by_its_words_whatever_its_values() -> None:
    wrong = []
    with override("fr-ca"):
        for entry in (entry for app in APPS for entry in polib.pofile(str(po_path(app))) if entry.msgctxt == CONTEXT):
            values = {name: f"\u201cv{n}\u201d" for n, name in enumerate(re.findall(r"%\((\w+)\)[sd]", entry.msgid))}
            if kept_text(entry.msgid % values if values else entry.msgid) != (
                entry.msgstr % values if values else entry.msgstr
            ):
                wrong.append(entry.msgid)
    assert wrong == []


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


# what Québec's professionals do not say, or say of something else; the right word is in docs/translation.md
_WRONG: Final = re.compile(
    r"\b(?:FINTRAC|OSFI|LCTR|STR|PCMLTFA|PIPEDA|SOR|e-?mails?|matche\w*|statuts?|login|digita\w+|supporte\w*"
    r"|balances?|(?<!de la )réconcili\w+|transactions? (?:bancaire|suspecte|douteuse)s?)\b",
    re.IGNORECASE,
)
# a plain space before a colon, a percent sign or within guillemets; any before ; ! ?; a typewriter's apostrophe
_SLOPPY: Final = re.compile(
    r" [:%»](?=[\s.,;)]|$)|« |\w[ \u00a0\u202f][;!?](?=\s|$)|\w:(?=\s(?!»)|$)|\w%(?=\s|$)|(?<=[a-zà])'(?=[a-zéà])"
)
_CODE: Final = re.compile(r":%\(tag\)s:|%\(\w+\)[sd]|<[^>]+>|`[^`]*`|\]\([^)]*\)|https?://\S+|FINTRAC_\w+|\b\w+:…|NOM:")


def sloppy_in(french: str) -> list[str]:
    """Wrong words and typography of a text, without what is code in it."""
    bare = _CODE.sub("x", french)
    return [one.group() for one in (*_WRONG.finditer(bare), *_SLOPPY.finditer(bare))]


@pytest.mark.parametrize("text", ["Statut: 25 % du balance", "« oui »", "l'écart !", "Rapport FINTRAC"])
def test_what_is_sloppy_is_noticed(text: str) -> None:
    assert sloppy_in(text)


def test_french_is_that_of_the_glossary_and_typeset_as_the_house_has_it() -> None:
    texts = {
        f"{app}: {entry.msgid}": french
        for app in APPS
        for entry in polib.pofile(str(po_path(app)))
        for french in french_of(entry)
    }
    texts |= {str(path): path.read_text("utf-8") for path in sorted((ROOT / "docs/guide/fr").glob("*.md"))}
    found = {where: wrong for where, french in texts.items() if (wrong := sloppy_in(french))}

    assert found == {}
