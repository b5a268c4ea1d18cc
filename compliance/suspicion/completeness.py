"""What a person still has to do on an STR before it may leave, as findings beside those of the regulator's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import catalogue as rule
from compliance.models import ComplianceReportTransaction
from compliance.suspicion.stating import stored


def unfinished(transactions: Sequence[ComplianceReportTransaction]) -> Iterator[Finding]:
    """Transactions that are only proposed, and a report that names nobody."""
    for place, one in enumerate(transactions):
        said = stored(one.snapshot)
        if said is not None and not said.confirmed:
            yield rule.UNCONFIRMED.finding(f"/transactions/{place}")
    if transactions and not any(one.snapshot.get("definitions") for one in transactions):
        yield rule.NOBODY_NAMED.finding("/definitions")
