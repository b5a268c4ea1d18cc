"""One business rule: its code, how grave it is, what it says in both languages, and where it stands.

``docs/compliance-rules.md`` lists them; a test holds the two together. Sources: "guidance" is FINTRAC's on the report,
"API" the description of the filing service, "rule 1…" the number in its published validation rules. Where a source is
"setting", the regulator's text was not at hand: the rule warns and never rejects, or the bank's setting decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from compliance.fintrac.findings import Finding, Severity

REJECT: Final = Severity.REJECT
WARNING: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``{…}`` in its texts is filled in by the check."""

    code: str
    severity: Severity
    source: str
    en: str
    fr: str

    def finding(self, path: str, severity: Severity | None = None, **facts: object) -> Finding:
        """The finding of this rule at one place; ``severity`` where the rule is softened."""
        return Finding(self.code, path, severity or self.severity, self.en.format(**facts), self.fr.format(**facts))


RULES: Final[dict[str, Rule]] = {}
"""Every rule, by its code; whole once ``catalogue`` and ``party_rules`` are imported, which ``rules`` does."""


def declared(code: str, severity: Severity, source: str, en: str, fr: str) -> Rule:
    """A rule that is known from now on."""
    rule = RULES[code] = Rule(code, severity, source, en, fr)
    return rule
