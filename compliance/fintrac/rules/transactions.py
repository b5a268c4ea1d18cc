"""Rules that large cash and suspicious transactions share: references, times, amounts, answers and their lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from compliance.fintrac.codes import CashMethod, DefinitionType, Disposition
from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import catalogue as rule
from compliance.fintrac.rules import party_rules
from compliance.fintrac.rules.context import Context
from compliance.fintrac.rules.document import Node

# Methods by which nobody stands before the teller: no conductor, and the time may be unknown.
UNATTENDED: Final = frozenset({CashMethod.NIGHT_DEPOSIT, CashMethod.QUICK_DROP})
_TO_ACCOUNT: Final = frozenset({Disposition.DEPOSIT, Disposition.PAYMENT_TO_ACCOUNT})
_ACCOUNT_DETAILS: Final = ("financialInstitutionNumber", "branchNumber", "typeCode", "currencyCode", "holders")
# The first zone on earth in which a day begins.
_FURTHEST_AHEAD: Final = timezone(timedelta(hours=14))


def check_references(transactions: Iterable[Node], details_name: str) -> Iterator[Finding]:
    """Each transaction has a location, a method and a reference of its own."""
    seen: set[str] = set()
    for transaction in transactions:
        details = transaction[details_name]
        if not transaction["reportingEntityLocationId"].text.strip():
            yield rule.LOCATION.finding(transaction["reportingEntityLocationId"].path)
        if details["methodCode"].code is None:
            yield rule.METHOD.finding(details["methodCode"].path)
        reference = details["reportingEntityTransactionReference"]
        if not reference.text:
            yield rule.TRANSACTION_REFERENCE.finding(reference.path)
        elif reference.text in seen:
            yield rule.TRANSACTION_REFERENCE_TWICE.finding(reference.path, reference=reference.text)
        seen.add(reference.text)


def check_moment(node: Node, context: Context) -> Iterator[Finding]:
    """A date and time that is there: it exists, is past, and not too long ago."""
    if node.value is None:
        return
    moment = node.moment
    if moment is None:
        if node.text:
            yield rule.NO_SUCH_TIME.finding(node.path)
        return
    if moment.astimezone(UTC) > context.now.astimezone(UTC):
        yield rule.FUTURE.finding(node.path)
    if moment.date() < context.settings.earliest_transaction:
        yield rule.TOO_OLD.finding(node.path, earliest=context.settings.earliest_transaction)


def check_day(day_node: Node, time_node: Node, context: Context) -> Iterator[Finding]:
    """A date with a time apart, as an STR has them. Without a time the day must have begun somewhere on earth."""
    if time_node.value is not None and day_node.value is not None:
        day, clock = day_node.day, _clock(time_node)
        if day is not None and clock is not None:
            yield from check_moment(Node(datetime.combine(day, clock).isoformat(), day_node.path), context)
            return
    if time_node.text and _clock(time_node) is None:
        yield rule.NO_SUCH_TIME.finding(time_node.path)
    if day_node.value is not None:
        yield from _check_bare_day(day_node, context)


def _check_bare_day(node: Node, context: Context) -> Iterator[Finding]:
    day = node.day
    if day is None:
        if node.text:
            yield rule.NO_SUCH_TIME.finding(node.path)
        return
    if day > context.now.astimezone(_FURTHEST_AHEAD).date():
        yield rule.FUTURE.finding(node.path)
    if day < context.settings.earliest_transaction:
        yield rule.TOO_OLD.finding(node.path, earliest=context.settings.earliest_transaction)


def _clock(node: Node) -> time | None:
    try:
        clock = time.fromisoformat(node.text)
    except ValueError:
        return None
    return clock if clock.tzinfo is not None else None


def check_past_day(node: Node, context: Context) -> Iterator[Finding]:
    """A date that must exist and lie in the past, however long ago: birth, opening of an account."""
    if not node.text:
        return
    day: date | None = node.day
    if day is None:
        yield rule.NO_SUCH_TIME.finding(node.path)
    elif day > context.now.astimezone(_FURTHEST_AHEAD).date():
        yield rule.FUTURE.finding(node.path)


def check_amount(details: Node, *, required: bool) -> Iterator[Finding]:
    """Amount and currency (or virtual currency) go together, and the amount is more than zero."""
    has_currency = details.has("currencyCode") or details.has("virtualCurrencyTypeCode")
    if (required or details.has("amount") or has_currency) and not (details.has("amount") and has_currency):
        yield rule.AMOUNT.finding(details["currencyCode" if details.has("amount") else "amount"].path)
    amount = details["amount"].amount
    if amount is not None and amount <= 0:
        yield rule.AMOUNT_ZERO.finding(details["amount"].path)


def check_answer(owner: Node, answer: str, entries: str, *, required: bool = True) -> Iterator[Finding]:
    """A yes-or-no answer in ``details`` of ``owner`` agrees with the list it announces."""
    node = owner["details"][answer]
    if not isinstance(node.value, bool):
        if required:
            yield rule.INDICATOR_MISSING.finding(node.path, field=answer)
        elif owner.items(entries):
            yield rule.LIST_WITHOUT_INDICATOR.finding(node.path, field=answer, list=entries)
        return
    if node.value and not owner.items(entries):
        yield rule.INDICATOR_WITHOUT_LIST.finding(owner[entries].path, field=answer, list=entries)
    if not node.value and owner.items(entries):
        yield rule.LIST_WITHOUT_INDICATOR.finding(node.path, field=answer, list=entries)


def check_disposition(details: Node, context: Context) -> Iterator[Finding]:
    """What became of the funds, and the account where there is one."""
    code = details["dispositionCode"].code
    if code is None:
        yield rule.DISPOSITION.finding(details["dispositionCode"].path)
    account = details["account"]
    if code in _TO_ACCOUNT and not account.has("number"):
        yield rule.ACCOUNT_MISSING.finding(account["number"].path)
    if isinstance(account.value, dict):
        for name in _ACCOUNT_DETAILS:
            if not account.has(name):
                yield rule.ACCOUNT_DETAIL.finding(account[name].path, field=name)
        for name in ("dateOpened", "dateClosed"):
            yield from check_past_day(account[name], context)


def check_relationship(details: Node) -> Iterator[Finding]:
    """What a third party or beneficiary is to the conductor."""
    if details["relationshipOfConductorCode"].code is None:
        yield party_rules.RELATIONSHIP.finding(details["relationshipOfConductorCode"].path)


def check_involvements(report: Node, transaction: Node) -> Iterator[Finding]:
    """Nobody is "involved" besides being conductor, third party or beneficiary of the same transaction."""
    names = {definition["refId"].text: _name(definition) for definition in report.items("definitions")}
    parties = [c for action in transaction.items("startingActions") for c in action.items("conductors")]
    parties += [third for conductor in parties for third in conductor.items("onBehalfOfs")]
    completing = transaction.items("completingActions")
    parties += [beneficiary for action in completing for beneficiary in action.items("beneficiaries")]
    taken = {names.get(party["refId"].text, party["refId"].text) for party in parties} - {""}
    for action in completing:
        for involved in action.items("involvements"):
            name = names.get(involved["refId"].text, involved["refId"].text)
            if name in taken:
                yield party_rules.INVOLVED_TWICE.finding(involved.path, name=name)


def _name(definition: Node) -> str:
    """How a definition is named, so that name-only and detailed definitions of one party compare equal."""
    parts = [definition[name].text for name in ("surname", "givenName", "otherNameInitial", "nameOfEntity")]
    name = " ".join(part.strip() for part in parts if part.strip())
    return name.casefold() if name else definition["refId"].text


def party_names(report: Node) -> dict[str, str]:
    """Reference → name, by which one party's definitions of different types are the same."""
    return {definition["refId"].text: _name(definition) for definition in report.items("definitions")}


def is_name_only(party: Node) -> bool:
    return party["typeCode"].code in (DefinitionType.PERSON_NAME, DefinitionType.ENTITY_NAME)
