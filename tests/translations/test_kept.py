"""What rows keep in English is read in French by who reads French: recognised by its words, with its values."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dwaybank.kept import in_english, kept_text, kept_values


@pytest.mark.parametrize(
    ("kept", "french"),
    [
        # values: as written where they are quoted, else as French writes them
        ('The amount "1,234" is not a number.', 'Le montant "1,234" n\u2019est pas un nombre.'),
        (
            "The file has 30,000,000 bytes; at most 26,214,400 are read. Download shorter periods and import them one "
            "by one.",
            "Le fichier a 30\u00a0000\u00a0000 octets; 26\u00a0214\u00a0400 au plus sont lus. Téléchargez des périodes "
            "plus courtes et importez-les une à une.",
        ),
        ("Both sides say 1,234.50 CAD on 2026-11-26.", "Les deux côtés indiquent 1\u00a0234,50\u00a0$ le 2026-11-26."),
        # a sentence within a sentence, and one behind another
        (
            "Sheet \u201cMay\u201d: The date \u201c31/02\u201d is not written as M/D/YYYY or day, month, year.",
            "Feuille \u201cMay\u201d\u00a0: La date \u201c31/02\u201d n\u2019est pas écrite sous la forme "
            "attendue\u00a0: M/J/AAAA ou jour, mois, année.",
        ),
        ("The amount is blank. (3 of this kind)", "Le montant est vide. (de cette sorte\u00a0: 3)"),
        ("may.csv, line 7: The amount is blank.", "may.csv, ligne 7\u00a0: Le montant est vide."),
        ("may.csv: The amount is blank.", "may.csv\u00a0: Le montant est vide."),
        # parts of ours
        (
            "RBC: the access token is refused (HTTP 401).",
            "RBC\u00a0: le jeton d\u2019accès est refusé (HTTP 401).",
        ),
        (
            "The connection is expired: not synced.",
            "État de la connexion\u00a0: expiré; elle n\u2019est pas synchronisée.",
        ),
        ("More than one column is the money out.", "Plus d\u2019une colonne a cet usage\u00a0: sortie."),
        # names of fields are nobody's words
        ("The field amount holds no id.", "Le champ amount ne contient pas d\u2019identifiant."),
    ],
)
def test_a_kept_sentence_is_said_in_french(kept: str, french: str) -> None:
    with override("fr-ca"):
        assert kept_text(kept) == french
        with in_english():
            assert kept_text(kept) == kept


def test_stored_json_is_said_with_its_keys_as_they_are() -> None:
    with override("fr-ca"):
        said = kept_values([{"code": "amount_missing", "message": "The amount is blank.", "line": 3}])

    assert said == [{"code": "amount_missing", "message": "Le montant est vide.", "line": 3}]


@given(st.text(max_size=300))
def test_what_nobody_recognises_stays_as_it_is_written(text: str) -> None:
    with override("fr-ca"):
        said = kept_text(f"\u00a7{text}")

    assert said.startswith("\u00a7")


def test_a_long_text_of_a_file_is_not_compared() -> None:
    text = "The amount " * 100_000
    with override("fr-ca"):
        assert kept_text(text) is text
