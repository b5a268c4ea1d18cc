"""The narrative of a report on suspicion: its parts, and words that do not belong into it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.fintrac.rules.private_numbers import card_numbers, holds_social_insurance_number
from compliance.policy import rule_settings

PARTS: Final = (
    ("facts", gettext_lazy("Facts: who did what, when, where")),
    ("context", gettext_lazy("Context: what is usual for this client")),
    ("indicators", gettext_lazy("Indicators: why it is suspicious")),
    ("action", gettext_lazy("Action taken")),
)


def narrative_warnings(narrative: dict[str, Any]) -> list[str]:
    """Words that a reader may not know, and numbers that do not belong into a text."""
    found = []
    for name, _label in PARTS:
        text = str(narrative.get(name) or "")
        found += [
            _("“%(word)s” in %(part)s: the reader may not know this; write it out") % {"word": word, "part": name}
            for word in rule_settings().jargon
            if word in text
        ]
        if any(True for _number in card_numbers(text)):
            found.append(_("%(part)s holds what looks like a payment card number") % {"part": name})
        if holds_social_insurance_number(text):
            found.append(_("%(part)s holds what looks like a social insurance number") % {"part": name})
    return found
