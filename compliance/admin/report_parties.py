"""Who is named in a report, in which roles, and in which of its transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from compliance.enums import PartyRole
from compliance.models import ComplianceReportTransaction, LargeCashParty, Party
from compliance.parties import newest_by_key
from compliance.suspicion import stating

_STATED_ROLES = {
    "conductors": PartyRole.CONDUCTOR.label,
    "on_behalf_of": PartyRole.ON_BEHALF_OF.label,
    "beneficiaries": PartyRole.BENEFICIARY.label,
    "holders": gettext_lazy("Account holder"),
}


@dataclass(slots=True)
class Named:
    """One party of a report; ``party`` is None where only its key is known. ``places`` are positions."""

    key: str
    party: Party | None
    roles: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def add(self, role: str, place: int) -> None:
        """Name it once more."""
        if role not in self.roles:
            self.roles.append(role)
        if place not in self.places:
            self.places.append(place)


def named_in(transactions: Sequence[ComplianceReportTransaction], visible: QuerySet[Party]) -> list[Named]:
    """Everybody whom the transactions name, in order of their first transaction; two queries whatever their number.

    The newest snapshots are linked to, of parties in ``visible``: what is filed is the copy in the transaction.
    """
    found: dict[str, Named] = {}
    for key, role, place in (*_of_cash(transactions), *_of_statements(transactions)):
        found.setdefault(key, Named(key, None)).add(role, place)
    known = newest_by_key(visible.filter(party_key__in=found).values_list("party_key", flat=True))
    for key, one in found.items():
        one.party = known.get(key)
    return sorted(found.values(), key=lambda one: (one.places[0], one.key))


def _of_cash(transactions: Sequence[ComplianceReportTransaction]) -> Iterable[tuple[str, str, int]]:
    places = {one.cash_record_id: one.position for one in transactions if one.cash_record_id}
    of_records = LargeCashParty.objects.filter(record__in=places).order_by("record", "created_at", "pk")
    for one in of_records:
        yield one.party_key or "", str(PartyRole(one.party_role).label), places[one.record_id]


def _of_statements(transactions: Sequence[ComplianceReportTransaction]) -> Iterable[tuple[str, str, int]]:
    for one in transactions:
        if stated := stating.stored(one.snapshot):
            for name, role in _STATED_ROLES.items():
                for key in getattr(stated, name):
                    yield key, str(role), one.position
