"""What an STR states of each of its movements: proposed from what is known, confirmed by a person, copied for filing.

A statement is kept beside the copy in the regulator's shape (``snapshot["stated"]``), so that the copy can be made anew
when a party is better known. What no record says stays empty; the checks ask for it. Parties are named by their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, time
from decimal import Decimal
from itertools import chain
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from compliance import definitions
from compliance.enums import MovementSource, PartyKind, PartyRole
from compliance.fintrac import suspicious
from compliance.fintrac.codes import (
    AccountStatus,
    AccountType,
    Direction,
    Disposition,
    FundsType,
    SuspiciousMethod,
)
from compliance.fintrac.json_shape import to_json
from compliance.fintrac.parties import DefinitionList
from compliance.models import LargeCashParty, LargeCashRecord, Party, SuspicionAlertRow
from compliance.parties import newest_by_customer
from dwaybank.models import Account

PARTY_FIELDS: Final = ("conductors", "on_behalf_of", "beneficiaries", "holders")
_ROLE_FIELDS: Final = {
    PartyRole.CONDUCTOR: "conductors",
    PartyRole.ON_BEHALF_OF: "on_behalf_of",
    PartyRole.BENEFICIARY: "beneficiaries",
    PartyRole.HOLDER: "holders",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One transaction as people state it; JSON's own types. ``day`` and ``clock`` are ISO, ``clock`` with its offset.

    Codes are the regulator's. The account is that of ``direction``: money out left it, money in came to it.
    ``confirmed``: a person has looked at what was proposed.
    """

    reference: str
    amount: str
    currency: str = "CAD"
    exchange_rate: str = ""
    location_id: str = ""
    day: str = ""
    clock: str = ""
    method_code: int | None = None
    method_other: str = ""
    purpose: str = ""
    attempted: bool = False
    reason_not_completed: str = ""
    direction: int | None = None
    funds_type: int | None = None
    funds_other: str = ""
    how_obtained: str = ""
    disposition_code: int | None = None
    disposition_other: str = ""
    account_number: str = ""
    institution_number: str = ""
    branch_number: str = ""
    account_type: int | None = None
    account_type_other: str = ""
    account_currency: str = ""
    account_opened: str = ""
    account_status: int | None = None
    conductors: tuple[str, ...] = ()
    on_behalf_of: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    confirmed: bool = False

    @property
    def keys(self) -> set[str]:
        """Every party that it names."""
        return set(chain(self.conductors, self.on_behalf_of, self.beneficiaries, self.holders))


FIELDS: Final = tuple(one.name for one in fields(Statement))


def stored(snapshot: Mapping[str, Any]) -> Statement | None:
    """The statement that a copy was made of; None for a copy of another origin."""
    said = snapshot.get("stated")
    if not isinstance(said, dict):
        return None
    values = {name: value for name, value in said.items() if name in FIELDS}
    return Statement(**{**values, **{name: tuple(values.get(name, ())) for name in PARTY_FIELDS}})


def proposed(rows: Sequence[SuspicionAlertRow]) -> list[Statement]:
    """A statement of each movement, from cash records, accounts and the parties that customers are."""
    cash = _cash([row.row_id for row in rows if row.source == MovementSource.CASH])
    accounts = {one.pk: one for one in Account.objects.filter(pk__in={row.account_id for row in rows})}
    holders = newest_by_customer({account.user_id for account in accounts.values()})
    made = []
    for row in rows:
        if row.row_id in cash:
            made.append(_of_cash(*cash[row.row_id]))
        else:
            account = accounts.get(row.account_id) if row.account_id else None
            made.append(_of_movement(row, account, holders.get(account.user_id) if account else None))
    return made


def _cash(ids: Sequence[UUID]) -> dict[UUID, tuple[LargeCashRecord, list[LargeCashParty]]]:
    found: dict[UUID, tuple[LargeCashRecord, list[LargeCashParty]]] = {
        record.pk: (record, []) for record in LargeCashRecord.objects.filter(pk__in=ids)
    }
    for one in LargeCashParty.objects.filter(record__in=ids).order_by("created_at", "pk"):
        found[one.record_id][1].append(one)
    return found


def _of_cash(record: LargeCashRecord, parties: Sequence[LargeCashParty]) -> Statement:
    """What a cash record says; it was completed by a person, so nothing is left to confirm."""
    roles: dict[str, list[str]] = {}
    for one in parties:
        if (name := _ROLE_FIELDS.get(PartyRole(one.party_role))) and one.party_key:
            roles.setdefault(name, []).append(one.party_key)
    local = timezone.localtime(record.received_at, ZoneInfo(record.zone))
    return Statement(
        reference=record.reference,
        amount=str(record.amount),
        currency=record.currency,
        exchange_rate=str(record.exchange_rate or ""),
        location_id=record.location_id,
        day=local.date().isoformat(),
        clock=local.replace(microsecond=0).isoformat()[11:],
        method_code=record.method_code,
        method_other=record.method_other,
        purpose=record.purpose,
        direction=int(Direction.IN),
        funds_type=int(FundsType.CASH),
        how_obtained=record.how_obtained,
        disposition_code=record.disposition_code,
        disposition_other=record.disposition_other,
        account_number=record.account_number,
        institution_number=record.institution_number,
        branch_number=record.branch_number,
        account_type=record.account_type,
        account_type_other=record.account_type_other,
        account_currency=record.account_currency,
        account_opened=record.account_opened.isoformat() if record.account_opened else "",
        conductors=tuple(roles.get("conductors", ())),
        on_behalf_of=tuple(roles.get("on_behalf_of", ())),
        beneficiaries=tuple(roles.get("beneficiaries", ())),
        holders=tuple(roles.get("holders", ())),
        confirmed=True,
    )


def _of_movement(row: SuspicionAlertRow, account: Account | None, holder: Party | None) -> Statement:
    """What ledger and bank lines say: day, amount, way and account. How it was made only a person knows."""
    is_in = row.flow == "in"
    if row.is_cash:
        funds = FundsType.CASH if is_in else FundsType.WITHDRAWAL
        disposition = Disposition.DEPOSIT if is_in else Disposition.CASH_WITHDRAWAL
    else:
        funds = FundsType.DOMESTIC_TRANSFER if is_in else FundsType.WITHDRAWAL
        disposition = Disposition.DEPOSIT if is_in else Disposition.DOMESTIC_TRANSFER
    said = Statement(
        reference=str(row.row_id),
        amount=str(row.amount_cad),
        location_id=row.location or settings.FINTRAC_LOCATION_ID,
        day=timezone.localdate(row.at).isoformat(),
        direction=int(Direction.IN if is_in else Direction.OUT),
        funds_type=int(funds),
        disposition_code=int(disposition),
        account_number=(account.external_account_id or str(account.pk)) if account else "",
        account_currency=(account.currency or "CAD") if account else "",
    )
    return with_customer(said, holder) if holder else said


# --- The copy


def copy_of(said: Statement, parties: Mapping[str, Party]) -> dict[str, Any]:
    """Statement, transaction and definitions as a report's transaction keeps them.

    Raises NotThisShape for a party whose details cannot be filed, ValueError for an amount, day or code that is none.
    """
    defined = DefinitionList()
    account = _account(said, parties, defined)
    is_out = said.direction == Direction.OUT
    made = suspicious.Transaction(
        said.location_id,
        suspicious.SuspiciousTransactionDetails(
            said.attempted,
            said.reason_not_completed or None,
            date.fromisoformat(said.day) if said.day else None,
            time.fromisoformat(said.clock) if said.clock else None,
            SuspiciousMethod.of(said.method_code),
            said.method_other or None,
            reporting_entity_transaction_reference=said.reference or None,
            purpose=said.purpose or None,
        ),
        (_starting(said, account if is_out else None, parties, defined),),
        (_completing(said, None if is_out else account, parties, defined),) if said.disposition_code else (),
    )
    return {"stated": asdict(said), "transaction": to_json(made), "definitions": to_json(defined.definitions)}


def _status(said: Statement, account: suspicious.Account | None) -> AccountStatus | None:
    return AccountStatus.of(said.account_status) if account else None


def _account(said: Statement, parties: Mapping[str, Party], defined: DefinitionList) -> suspicious.Account | None:
    if not said.account_number:
        return None
    refs = [defined.refer(definitions.named(parties[key])) for key in said.holders if key in parties]
    return suspicious.Account(
        said.institution_number or None,
        said.branch_number or None,
        said.account_number,
        AccountType.of(said.account_type),
        said.account_type_other or None,
        said.account_currency or None,
        date_opened=date.fromisoformat(said.account_opened) if said.account_opened else None,
        holders=tuple(suspicious.AccountHolder(ref.type_code, ref.ref_id) for ref in refs),
    )


def _starting(
    said: Statement, account: suspicious.Account | None, parties: Mapping[str, Party], defined: DefinitionList
) -> suspicious.StartingAction:
    behalf = []
    for party in _known(said.on_behalf_of, parties):
        ref = defined.refer(definitions.whole(party))
        details = suspicious.OnBehalfOfDetails(party.client_number or None, party.email or None)
        behalf.append(suspicious.OnBehalfOf(ref.type_code, ref.ref_id, details))
    conductors = []
    for party in _known(said.conductors, parties):
        ref = defined.refer(definitions.whole(party))
        of_conductor = suspicious.ConductorDetails(
            party.client_number or None, party.email or None, on_behalf_of_indicator=bool(behalf)
        )
        conductors.append(suspicious.Conductor(ref.type_code, ref.ref_id, of_conductor, tuple(behalf)))
    return suspicious.StartingAction(
        suspicious.StartingDetails(
            Direction.of(said.direction),
            FundsType.of(said.funds_type),
            said.funds_other or None,
            Decimal(said.amount),
            said.currency,
            account=account,
            account_status_at_time_of_transaction=_status(said, account),
            how_funds_or_virtual_currency_obtained=said.how_obtained or None,
            sources_of_funds_or_virtual_currency_indicator=False,
            conductor_indicator=bool(conductors),
        ),
        conductors=tuple(conductors),
    )


def _completing(
    said: Statement, account: suspicious.Account | None, parties: Mapping[str, Party], defined: DefinitionList
) -> suspicious.CompletingAction:
    beneficiaries = []
    for party in _known(said.beneficiaries, parties):
        ref = defined.refer(definitions.detailed(party))
        details = suspicious.BeneficiaryDetails(party.client_number or None, None, party.email or None)
        beneficiaries.append(suspicious.Beneficiary(ref.type_code, ref.ref_id, details))
    return suspicious.CompletingAction(
        suspicious.CompletingDetails(
            Disposition.of(said.disposition_code),
            said.disposition_other or None,
            Decimal(said.amount),
            said.currency,
            exchange_rate=Decimal(said.exchange_rate) if said.exchange_rate else None,
            account=account,
            account_status_at_time_of_transaction=_status(said, account),
            involvement_indicator=False,
            beneficiary_indicator=bool(beneficiaries),
        ),
        beneficiaries=tuple(beneficiaries),
    )


def _known(keys: Iterable[str], parties: Mapping[str, Party]) -> list[Party]:
    return [parties[key] for key in keys if key in parties]


# --- The customer, where a party is entered later


def with_customer(said: Statement, party: Party) -> Statement:
    """The statement of a ledger or bank line with its account's holder, where nobody is named yet."""
    if said.keys or not said.account_number:
        return said
    is_in = said.direction == Direction.IN
    who = (party.party_key,)
    return replace(
        said,
        # who brought money in is not known from a ledger line; out of an account goes what its holder orders
        conductors=() if is_in else who,
        beneficiaries=who if is_in else (),
        holders=who,
        account_type=said.account_type or _account_type(party),
    )


def _account_type(holder: Party) -> int:
    return int(AccountType.BUSINESS if holder.kind == PartyKind.ENTITY else AccountType.PERSONAL)
