"""Rules of the large cash transaction report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from decimal import Decimal
from typing import Final

from compliance.aggregation import LONGEST_WINDOW, THRESHOLD
from compliance.fintrac.codes import AggregationType, Disposition
from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import catalogue as rule
from compliance.fintrac.rules import party_rules
from compliance.fintrac.rules import transactions as common
from compliance.fintrac.rules.context import Context
from compliance.fintrac.rules.document import Node
from compliance.fintrac.rules.parties import check_conductor_details

_CANADIAN: Final = "CAD"
_NOT_FIRST: Final = frozenset({Disposition.TO_WALLET, Disposition.VIRTUAL_TRANSFER})
_DETAILS: Final = "largeCashTransactionDetails"


def check_large_cash(report: Node, context: Context) -> Iterator[Finding]:
    """Everything that only an LCTR has."""
    transactions = report.items("transactions")
    if not transactions:
        yield rule.NO_TRANSACTION.finding(report["transactions"].path)
    yield from _aggregation(report, transactions, context)
    yield from common.check_references(transactions, _DETAILS)
    for transaction in transactions:
        yield from _transaction(report, transaction, context)


def all_below_threshold(report: Node) -> bool:
    """An aggregated set whose every transaction says it is below the threshold (SOR/2002-184 s. 152)."""
    transactions = report.items("transactions")
    aggregation = report["reportDetails"]["twentyFourHourRule"]["aggregationTypeCode"].code
    return (
        aggregation not in (None, AggregationType.NOT_APPLICABLE)
        and len(transactions) > 1
        and all(one[_DETAILS]["thresholdIndicator"].value is False for one in transactions)
    )


def amount_cad(transaction: Node) -> Decimal | None:
    """What came in, where all of it is stated in Canadian dollars; a report holds no rate for other cash."""
    total = Decimal(0)
    for action in transaction.items("startingActions"):
        amount = action["details"]["amount"].amount
        if amount is None or action["details"]["currencyCode"].text != _CANADIAN:
            return None
        total += amount
    return total


# --- The 24-hour rule


def _aggregation(report: Node, transactions: list[Node], context: Context) -> Iterator[Finding]:
    stated = report["reportDetails"]["twentyFourHourRule"]
    for name in ("aggregationTypeCode", "periodStart", "periodEnd"):
        if stated[name].value is None:
            yield rule.AGGREGATION_MISSING.finding(stated[name].path)
    yield from _period(stated, transactions)
    code, count = stated["aggregationTypeCode"].code, len(transactions)
    if code == AggregationType.NOT_APPLICABLE and count > 1:
        yield rule.SINGLE_COUNT.finding(report["transactions"].path, count=count)
    elif code is not None and code != AggregationType.NOT_APPLICABLE:
        if count < 2:
            yield rule.AGGREGATION_COUNT.finding(report["transactions"].path, count=count)
        yield from _common_party(report, transactions, code)
    if report["reportDetails"].has("ministerialDirectiveCode"):
        yield from _directive(report, transactions, code)
    else:
        yield from _threshold(report, transactions)


def _period(stated: Node, transactions: list[Node]) -> Iterator[Finding]:
    start, end = stated["periodStart"].moment, stated["periodEnd"].moment
    for name in ("periodStart", "periodEnd"):
        if stated[name].text and stated[name].moment is None:
            yield rule.NO_SUCH_TIME.finding(stated[name].path)
    if start is None or end is None:
        return
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    # the last second counts: 23:59:59 closes a window of 24 hours
    if end <= start or end - start > LONGEST_WINDOW:
        yield rule.PERIOD_LENGTH.finding(stated["periodEnd"].path)
    for transaction in transactions:
        node = transaction[_DETAILS]["dateTimeOfTransaction"]
        moment = node.moment
        if moment is not None and not start <= moment.astimezone(UTC) <= end:
            yield rule.OUTSIDE_PERIOD.finding(node.path)


def _directive(report: Node, transactions: list[Node], code: int | None) -> Iterator[Finding]:
    below = all(one[_DETAILS]["thresholdIndicator"].value is False for one in transactions)
    if len(transactions) != 1 or not below or code != AggregationType.NOT_APPLICABLE:
        yield rule.DIRECTIVE_LCTR.finding(report["reportDetails"]["ministerialDirectiveCode"].path)


def _threshold(report: Node, transactions: list[Node]) -> Iterator[Finding]:
    known = [amount_cad(transaction) for transaction in transactions]
    amounts = [amount for amount in known if amount is not None]
    if transactions and len(amounts) == len(known) and sum(amounts) < THRESHOLD:
        yield rule.BELOW_THRESHOLD.finding(report["transactions"].path, total=f"{sum(amounts):.2f}")


def _conductors(transaction: Node) -> Iterator[Node]:
    for action in transaction.items("startingActions"):
        yield from action.items("conductors")


def _third_parties(transaction: Node) -> Iterator[Node]:
    for conductor in _conductors(transaction):
        yield from conductor.items("onBehalfOfs")


def _beneficiaries(transaction: Node) -> Iterator[Node]:
    for action in transaction.items("completingActions"):
        yield from action.items("beneficiaries")


_ROLES: Final[dict[int, tuple[Callable[[Node], Iterator[Node]], str, str]]] = {
    AggregationType.CONDUCTOR: (_conductors, "conductor", "exécutante"),
    AggregationType.ON_BEHALF_OF: (_third_parties, "third party", "tiers"),
    AggregationType.BENEFICIARY: (_beneficiaries, "beneficiary", "bénéficiaire"),
}


def _common_party(report: Node, transactions: list[Node], code: int) -> Iterator[Finding]:
    if code not in _ROLES or not transactions:
        return
    parties, role, role_fr = _ROLES[code]
    names = common.party_names(report)
    shared: set[str] = set.intersection(
        *({names.get(one["refId"].text, "") for one in parties(transaction)} for transaction in transactions)
    )
    if not shared - {""}:
        yield rule.NO_COMMON_PARTY.finding(
            report["reportDetails"]["twentyFourHourRule"]["aggregationTypeCode"].path, role=role, role_fr=role_fr
        )


# --- One transaction


def _transaction(report: Node, transaction: Node, context: Context) -> Iterator[Finding]:
    details = transaction[_DETAILS]
    yield from _times(details, context)
    yield from _indicator(transaction)
    starting, completing = transaction.items("startingActions"), transaction.items("completingActions")
    if not starting:
        yield rule.NO_STARTING_ACTION.finding(transaction["startingActions"].path)
    if not completing:
        yield rule.NO_COMPLETING_ACTION.finding(transaction["completingActions"].path)
    for action in starting:
        yield from _starting(report, action, details["methodCode"].code, context)
    for place, action in enumerate(completing):
        yield from _completing(report, action, place, context)
    yield from common.check_involvements(report, transaction)


def _times(details: Node, context: Context) -> Iterator[Finding]:
    taken, posted = details["dateTimeOfTransaction"], details["dateTimeOfPosting"]
    yield from common.check_moment(taken, context)
    yield from common.check_moment(posted, context)
    if not taken.text:
        if details["methodCode"].code not in common.UNATTENDED:
            yield rule.TRANSACTION_TIME.finding(taken.path)
        elif not posted.text:
            yield rule.POSTING_TIME.finding(posted.path)
    elif taken.moment and posted.moment and posted.moment.astimezone(UTC) < taken.moment.astimezone(UTC):
        yield rule.POSTING_BEFORE.finding(posted.path)


def _indicator(transaction: Node) -> Iterator[Finding]:
    node = transaction[_DETAILS]["thresholdIndicator"]
    if not isinstance(node.value, bool):
        yield rule.THRESHOLD_INDICATOR.finding(node.path)
        return
    total = amount_cad(transaction) if transaction.items("startingActions") else None
    if total is not None and node.value is not (total >= THRESHOLD):
        yield rule.THRESHOLD_DISAGREES.finding(node.path, total=f"{total:.2f}")


def _starting(report: Node, action: Node, method: int | None, context: Context) -> Iterator[Finding]:
    details = action["details"]
    yield from common.check_amount(details, required=True)
    yield from common.check_answer(action, "sourceOfCashIndicator", "sourcesOfCash")
    to_business = details["depositToBusinessAccountIndicator"]
    if not isinstance(to_business.value, bool):
        yield rule.INDICATOR_MISSING.finding(to_business.path, field="depositToBusinessAccountIndicator")
    conductors = action.items("conductors")
    if not conductors and method not in common.UNATTENDED:
        yield party_rules.CONDUCTOR_MISSING.finding(action["conductors"].path)
    for conductor in conductors:
        if common.is_name_only(conductor) and to_business.value is not True:
            yield party_rules.CONDUCTOR_NAME_ONLY.finding(conductor["typeCode"].path)
        elif not common.is_name_only(conductor) and to_business.value is True:
            yield party_rules.CONDUCTOR_DETAILS_TOO_MANY.finding(conductor["typeCode"].path)
        yield from check_conductor_details(report, conductor, context)
        named_only = common.is_name_only(conductor)
        yield from common.check_answer(conductor, "onBehalfOfIndicator", "onBehalfOfs", required=not named_only)
        for third in conductor.items("onBehalfOfs"):
            yield from common.check_relationship(third["details"])


def _completing(report: Node, action: Node, place: int, context: Context) -> Iterator[Finding]:
    details = action["details"]
    yield from common.check_disposition(details, context)
    yield from common.check_amount(details, required=False)
    if place == 0 and details["dispositionCode"].code in _NOT_FIRST:
        yield rule.FIRST_DISPOSITION.finding(details["dispositionCode"].path)
    yield from common.check_answer(action, "involvementIndicator", "involvements")
    beneficiaries = action.items("beneficiaries")
    if not beneficiaries:
        yield party_rules.BENEFICIARY_MISSING.finding(action["beneficiaries"].path)
    own = {name.casefold() for name in context.settings.own_names}
    names = common.party_names(report)
    for beneficiary in beneficiaries:
        yield from common.check_relationship(beneficiary["details"])
        if names.get(beneficiary["refId"].text) in own:
            yield party_rules.BENEFICIARY_BANK.finding(beneficiary.path)
