"""One account's rows on their way into the database, whether a file or a bank's API brought them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models.functions import Now

from dwaybank.models import Account
from integrations.feeds.contract import BalanceKind, FeedAccount, FeedProblem, Severity
from integrations.importing import staging
from integrations.importing.accounts import ResolvedAccount
from integrations.importing.normalising import AccountRows
from integrations.importing.outcomes import AccountOutcome, RowOutcome, Verdict
from integrations.models import BankConnection


def ties_out(feed_account: FeedAccount) -> bool | None:
    """Whether opening balance and rows give the closing balance; None where not both are stated."""
    opening, closing = feed_account.balance(BalanceKind.OPENING), feed_account.balance(BalanceKind.CLOSING)
    if opening is None or closing is None:
        return None
    return opening + feed_account.signed_sum == closing


@dataclass(slots=True)
class AccountTaker:
    """One account of a feed and the account of ours it belongs to.

    ``origin`` says where its rows come from, for their normalised record: the statement's id, or the sync's.
    ``trusted_ids``: the source never uses an id for two movements, so that another amount under the same id is a new
    version of the row. Files are not trusted so.
    """

    connection: BankConnection
    resolved: ResolvedAccount
    feed_account: FeedAccount
    source: str
    origin: Mapping[str, str]
    trusted_ids: bool = False
    rejected_rows: tuple[RowOutcome, ...] = ()
    problems: list[FeedProblem] = field(default_factory=list)

    def take(self, *, store: bool, with_rows: bool = False) -> AccountOutcome:
        """Classify the account's rows and, with ``store``, write them. Locks the account."""
        account = Account.objects.select_for_update(no_key=True).get(pk=self.resolved.account.pk)
        target = staging.StoredAccount(
            connection_id=self.connection.pk,
            account_id=account.pk,
            bank_id=self.connection.bank_id,
            external_account_id=str(account.external_account_id),
            source=self.source,
            trusted_ids=self.trusted_ids,
        )
        rows = AccountRows(self.feed_account.transactions, self.source, self.origin)
        staging.classify(rows, target)
        outcome = self._outcome()
        if with_rows:
            outcome = replace(outcome, rows=(*staging.row_outcomes(), *self.rejected_rows))
        self._note_problems(outcome)
        if store:
            staging.store(rows, target)
            Account.objects.filter(pk=account.pk).update(last_sync_date=Now())
        return outcome

    @property
    def account_id(self) -> UUID:
        """Our account."""
        return self.resolved.account.pk

    def _outcome(self) -> AccountOutcome:
        counts = staging.verdict_counts()
        known = counts.get(Verdict.DUPLICATE, 0)
        changed, repeated = counts.get(Verdict.CHANGED, 0), counts.get(Verdict.REPEATED, 0)
        part = self.feed_account
        return AccountOutcome(
            external_account_id=self.resolved.shown_as,
            account_id=self.resolved.account.pk,
            account_name=self.resolved.account.account_name,
            currency=part.currency,
            transactions=len(part.transactions) + part.rejected,
            imported=counts.get(Verdict.NEW, 0),
            duplicates=known + changed + repeated,
            changed=changed,
            repeated=repeated,
            rejected=part.rejected,
            signed_sum=part.signed_sum,
            opening_balance=part.balance(BalanceKind.OPENING),
            closing_balance=part.balance(BalanceKind.CLOSING),
            ties_out=ties_out(part),
        )

    def _note_problems(self, outcome: AccountOutcome) -> None:
        """Say what a person should know: changed rows, ids used again, balances that do not tie out."""
        for line, verdict, remark in staging.remarks():
            if verdict == Verdict.CHANGED:
                self._warn(
                    "row_changed",
                    "The bank changed this row since the last import; the earlier version is kept.",
                    line,
                )
            elif verdict in {Verdict.NEW, Verdict.REPEATED}:
                self._warn("bank_id_used_again", f"Kept as a row of its own: {remark}.", line)
            else:
                self._warn("row_not_taken", f"Not stored again: {remark}.", line)
        if outcome.ties_out is False:
            gap = (outcome.closing_balance or Decimal(0)) - (outcome.opening_balance or Decimal(0)) - outcome.signed_sum
            self._warn(
                "does_not_tie_out",
                f"Account {outcome.external_account_id}: opening {outcome.opening_balance} + rows {outcome.signed_sum} "
                f"is not closing {outcome.closing_balance}; {gap} is missing.",
            )

    def _warn(self, code: str, message: str, line: int | None = None) -> None:
        self.problems.append(FeedProblem(line, code, Severity.WARNING, message))
