"""Rules of the suspicious transaction report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from compliance.fintrac.findings import Finding
from compliance.fintrac.rules import catalogue as rule
from compliance.fintrac.rules import transactions as common
from compliance.fintrac.rules.context import Context
from compliance.fintrac.rules.document import Node
from compliance.fintrac.rules.parties import check_conductor_details

_DETAILS: Final = "suspiciousTransactionDetails"


def check_suspicious(report: Node, context: Context) -> Iterator[Finding]:
    """Everything that only an STR has."""
    transactions = report.items("transactions")
    if not transactions:
        yield rule.NO_TRANSACTION.finding(report["transactions"].path)
    if report["reportDetails"].has("ministerialDirectiveCode"):
        yield from _directive(report, transactions)
    else:
        yield from _narratives(report)
    yield from _jargon(report["detailsOfSuspicion"]["descriptionOfSuspiciousActivity"], context)
    yield from _jargon(report["actionTaken"]["description"], context)
    yield from common.check_references(transactions, _DETAILS)
    for transaction in transactions:
        yield from _transaction(report, transaction, context)


def _directive(report: Node, transactions: list[Node]) -> Iterator[Finding]:
    completed = [one for one in transactions if one[_DETAILS]["attemptedTransactionIndicator"].value is False]
    narrated = report["detailsOfSuspicion"].has("descriptionOfSuspiciousActivity")
    narrated = narrated or report["actionTaken"].has("description")
    if len(transactions) != 1 or len(completed) != 1 or narrated:
        yield rule.DIRECTIVE_STR.finding(report["reportDetails"]["ministerialDirectiveCode"].path)


def _narratives(report: Node) -> Iterator[Finding]:
    suspicion, action = report["detailsOfSuspicion"], report["actionTaken"]
    if not suspicion.has("descriptionOfSuspiciousActivity"):
        yield rule.NARRATIVE.finding(suspicion["descriptionOfSuspiciousActivity"].path)
    if not action.has("description"):
        yield rule.ACTION_TAKEN.finding(action["description"].path)
    if suspicion["suspicionTypeCode"].code is None:
        yield rule.SUSPICION_TYPE.finding(suspicion["suspicionTypeCode"].path)


def _jargon(node: Node, context: Context) -> Iterator[Finding]:
    used = [word for word in context.settings.jargon if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", node.text)]
    if used:
        yield rule.JARGON.finding(node.path, words=", ".join(used))


def _transaction(report: Node, transaction: Node, context: Context) -> Iterator[Finding]:
    details = transaction[_DETAILS]
    attempted = details["attemptedTransactionIndicator"].value is True
    yield from _times(details, context)
    if attempted and not details.has("reasonNotCompleted"):
        yield rule.REASON_NOT_COMPLETED.finding(details["reasonNotCompleted"].path)
    if not attempted and details.has("reasonNotCompleted"):
        yield rule.REASON_OF_COMPLETED.finding(details["reasonNotCompleted"].path)
    if not transaction.items("startingActions"):
        yield rule.NO_STARTING_ACTION.finding(transaction["startingActions"].path)
    if not attempted and not transaction.items("completingActions"):
        yield rule.NO_COMPLETING_ACTION.finding(transaction["completingActions"].path)
    for action in transaction.items("startingActions"):
        yield from _starting(report, action, attempted, context)
    for action in transaction.items("completingActions"):
        yield from common.check_disposition(action["details"], context)
        yield from common.check_amount(action["details"], required=False)
        yield from common.check_answer(action, "involvementIndicator", "involvements", required=False)
        yield from common.check_answer(action, "beneficiaryIndicator", "beneficiaries", required=False)
    yield from common.check_involvements(report, transaction)


def _times(details: Node, context: Context) -> Iterator[Finding]:
    day, posted = details["dateOfTransaction"], details["dateOfPosting"]
    yield from common.check_day(day, details["timeOfTransaction"], context)
    yield from common.check_day(posted, details["timeOfPosting"], context)
    if not day.text:
        if details["methodCode"].code not in common.UNATTENDED:
            yield rule.TRANSACTION_TIME.finding(day.path)
        elif not posted.text:
            yield rule.POSTING_TIME.finding(posted.path)
    elif day.day and posted.day and posted.day < day.day:
        yield rule.POSTING_BEFORE.finding(posted.path)


def _starting(report: Node, action: Node, attempted: bool, context: Context) -> Iterator[Finding]:
    details = action["details"]
    yield from common.check_amount(details, required=not attempted)
    if details["direction"].code is None or details["fundAssetVirtualCurrencyTypeCode"].code is None:
        missing = "direction" if details["direction"].code is None else "fundAssetVirtualCurrencyTypeCode"
        yield rule.DIRECTION.finding(details[missing].path)
    yield from common.check_answer(
        action,
        "sourcesOfFundsOrVirtualCurrencyIndicator",
        "sourcesOfFundsOrVirtualCurrency",
        required=False,
    )
    yield from common.check_answer(action, "conductorIndicator", "conductors", required=False)
    for conductor in action.items("conductors"):
        yield from check_conductor_details(report, conductor, context)
        yield from common.check_answer(conductor, "onBehalfOfIndicator", "onBehalfOfs", required=False)
        yield from common.check_moment(conductor["details"]["dateTimeOfOnlineSession"], context)
