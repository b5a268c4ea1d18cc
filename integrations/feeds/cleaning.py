"""Text as it may be stored and shown: storable characters, collapsed blanks, joined descriptions.

PostgreSQL refuses U+0000 in text and JSONB, and UTF-8 has no form for an unpaired surrogate. Other C0 control
characters (all but tab, line feed and carriage return) are stored without complaint and break screens and
exports later. All of them become U+FFFD, visibly, and the row gets a warning.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

# Words that open the text of a movement at the bank itself (no shop is behind it), English and French.
_NO_MERCHANT = re.compile(
    r"(?:e-?transfer|etransfer|interac e|transfer|tfr|virement|deposit|d[ée]p[ôo]t|direct deposit|payroll|"
    r"payment|paiement|preauthorized|pre-authorized|interest|int[ée]r[êe]t|service charge|service fee|frais|"
    r"monthly|overdraft|nsf|annual fee|instant teller|withdrawal|retrait|atm|abm|gab|cheque|ch[èe]que|chq|"
    r"no\.|loan|mortgage|pr[êe]t|hypoth[èe]que|balance|solde|credit memo|debit memo|cash advance|"
    r"bill payment|internet|mobile|branch|misc)(?![a-zà-ÿ])",
    re.IGNORECASE,
)
# The schema keeps a merchant name in VARCHAR(255).
_MERCHANT_LIMIT = 255


def clean(text: str) -> str:
    """The text with every character that cannot be stored or shown replaced by U+FFFD."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def is_clean(text: str) -> bool:
    """Whether the text can be stored as it is."""
    return _UNSTORABLE.search(text) is None


def collapsed(text: str) -> str:
    """The text on one line: runs of white space (also no-break and padding blanks) become one blank."""
    return " ".join(text.split())


def joined_description(*parts: str) -> str:
    """One description from several fields: nothing lost, nothing said twice.

    A part whose words another part already contains is left out (banks often repeat NAME as the beginning
    of MEMO); the rest is joined with " - " in the order given.
    """
    kept: list[str] = []
    for part in (collapsed(p) for p in parts):
        folded = part.casefold()
        if not part or any(folded in other.casefold() for other in kept):
            continue
        kept = [other for other in kept if other.casefold() not in folded]
        kept.append(part)
    return " - ".join(kept)


def plausible_merchant(text: str) -> str | None:
    """The text as a merchant name, or None where it plainly describes a movement at the bank itself.

    Only a hint for people and for matching: the description always keeps the full text.
    """
    name = collapsed(text)
    if not any(c.isalpha() for c in name) or len(name) > _MERCHANT_LIMIT or _NO_MERCHANT.match(name):
        return None
    return name
