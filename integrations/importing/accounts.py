"""Whose account a file speaks of: by its number, by a name known before, by its rows, or by what staff say.

The caller holds the lock of the connection, so that two imports never make one account twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from django.db import connection as database

from dwaybank.errors import DomainError
from dwaybank.models import Account, User
from integrations.enums import Bank, IdentifierKind
from integrations.feeds.contract import AccountKind, FeedAccount
from integrations.feeds.contract import IdentifierKind as FeedIdentifier
from integrations.models import BankConnection, LinkedAccount

# A branch number (4 digits at TD, 5 elsewhere, 8 with the institution) may stand before the account number in one
# file and not in the other.
_MIN_ACCOUNT_DIGITS: Final = 7
_BRANCH_DIGITS: Final = (4, 5, 8)
# Fewer equal movements than this may be chance: two people pay the same fee on the same day.
_PROVING_MOVEMENTS: Final = 3
_FOUR_BANKS: Final = frozenset({Bank.RBC, Bank.TD, Bank.BMO, Bank.CIBC})
UNNAMED: Final = "unnamed"


class AccountRefused(DomainError):
    """This account of the file cannot be imported; ``code`` is stable for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class ResolvedAccount:
    """The account a part of a file belongs to; ``note`` says how that was concluded, where it was."""

    account: Account
    shown_as: str
    created: bool = False
    note: str = ""


def account_key(external_account_id: str) -> str:
    """As the column ``linked_accounts.account_key``: letters, digits and stars only, upper case."""
    return re.sub(r"[^0-9A-Za-z*]", "", external_account_id).upper()


def label(feed_account: FeedAccount) -> str:
    """How the account is called in messages."""
    return feed_account.external_account_id or "an account the file does not name"


def names_its_account(feed_account: FeedAccount) -> bool:
    """Whether the file names the account itself: by its number, or a credit card by the card's.

    A debit card's number (BMO's account CSV) opens several accounts, and TD and CIBC name none.
    """
    if feed_account.external_account_id is None:
        return False
    is_number = feed_account.identifier_kind == FeedIdentifier.ACCOUNT_NUMBER
    return is_number or feed_account.kind == AccountKind.CREDIT_CARD


def resolve_account(
    feed_account: FeedAccount,
    *,
    link: BankConnection,
    institution: str,
    owner: User,
    earlier: Account | None,
    taken: Collection[UUID],
    chosen: str | None,
    create: bool,
) -> ResolvedAccount:
    """The owner's account for this part of a file.

    ``link`` is the owner's connection to the file's bank, ``institution`` the name of the bank that the file gives:
    all banks but four share one connection, and a file that does not name its account is never taken as an account
    of another institution. ``earlier`` is the account for which this very file was
    imported before; ``taken`` the accounts of the file's other parts, which it cannot be. ``chosen`` (number or id
    of a linked account) decides where the file does not name the account. ``create`` allows a new account.
    Order: as before, by name, as chosen, by the rows themselves.
    Raises AccountRefused where there is no such account, it is another customer's, it is closed, or nothing
    says which of several it is.
    """
    candidates = [
        candidate
        for candidate in LinkedAccount.objects.filter(
            connection__user=owner, bank_id=link.bank_id, currency=feed_account.currency
        ).select_related("account")
        if _same_kind(feed_account, candidate.account) and candidate.account_id not in taken
    ]
    named = names_its_account(feed_account)
    if link.bank_id == Bank.AGGREGATION and not named:
        candidates = [c for c in candidates if c.account.external_bank_name == institution]
    if earlier is not None:
        found: ResolvedAccount | None = ResolvedAccount(earlier, label_of(feed_account, earlier))
    else:
        found = _by_name(feed_account, candidates)
    if found is None and chosen and not named:
        found = _chosen(chosen, candidates)
    if found is None:
        found = _by_rows(feed_account, [c for c in candidates if not named or not _has_number(c)])
    if found is not None:
        if found.account.deleted_at is not None:
            raise AccountRefused("account_closed", f"Account {label(feed_account)} was closed in DwayBank.")
        if feed_account.external_account_id is not None:
            _remember_name(feed_account, link, found.account)
        return found
    _refuse_another_customers(feed_account, link)
    if not create:
        raise AccountRefused(
            "account_unknown",
            f"Account {label(feed_account)} ({feed_account.currency}) is not linked to {owner.email}. "
            "Link it by importing with --create-accounts, or tick 'link new accounts' in the admin.",
        )
    return _create(feed_account, link, institution, owner, beside=candidates)


def label_of(feed_account: FeedAccount, account: Account) -> str:
    """The file's name for the account, or where it has none, DwayBank's."""
    return feed_account.external_account_id or str(account.external_account_id)


def _same_kind(feed_account: FeedAccount, account: Account) -> bool:
    """A credit card is never taken for another kind of account; a file may leave the kind open (TD)."""
    if feed_account.kind == AccountKind.UNKNOWN:
        return True
    return (feed_account.kind == AccountKind.CREDIT_CARD) == (account.account_type == AccountKind.CREDIT_CARD.value)


def _has_number(candidate: LinkedAccount) -> bool:
    return candidate.identifier_kind == IdentifierKind.ACCOUNT_NUMBER


def _by_name(feed_account: FeedAccount, candidates: Sequence[LinkedAccount]) -> ResolvedAccount | None:
    """By the name in the file: the same; with or without a branch number; or a masked card's number.

    None where no account, or more than one (of a debit card), has that name.
    """
    name = feed_account.external_account_id
    if name is None:
        return None
    key = account_key(name)
    exact = {c.account_id: c for c in candidates if c.account_key == key}
    if exact:
        return ResolvedAccount(next(iter(exact.values())).account, name) if len(exact) == 1 else None
    alike = {c.account_id: c for c in candidates if c.bank_id in _FOUR_BANKS and _same_number(key, c.account_key)}
    if len(alike) != 1:
        return None
    match = next(iter(alike.values()))
    return ResolvedAccount(
        match.account, name, note=f"{name} is taken as the linked account {match.external_account_id}."
    )


def _same_number(one: str, other: str) -> bool:
    """Whether two keys are one number: a masked card and its number, or an account without and with its branch."""
    short, long = sorted((one, other), key=len)
    if "*" in one or "*" in other:
        if ("*" in one and "*" in other) or len(one) != len(other):
            return False
        return all(a == b or "*" in (a, b) for a, b in zip(one, other, strict=True))
    return len(short) >= _MIN_ACCOUNT_DIGITS and len(long) - len(short) in _BRANCH_DIGITS and long.endswith(short)


def _chosen(chosen: str, candidates: Sequence[LinkedAccount]) -> ResolvedAccount:
    """The linked account that staff named."""
    for candidate in candidates:
        if chosen == str(candidate.account_id) or account_key(chosen) == candidate.account_key:
            return ResolvedAccount(candidate.account, candidate.external_account_id)
    known = ", ".join(sorted(c.external_account_id for c in candidates)) or "none"
    raise AccountRefused(
        "account_unknown", f"The owner has no linked account {chosen} at this bank. Linked are: {known}."
    )


def _by_rows(feed_account: FeedAccount, candidates: Sequence[LinkedAccount]) -> ResolvedAccount | None:
    """By what the file says: the account that holds the same movements; for a file without any name, else the only
    account it can be.

    Raises AccountRefused where several come into question, or one shares some movements but too few.
    """
    accounts = {c.account_id: c.account for c in candidates if c.account.deleted_at is None}
    if not accounts:
        return None
    evidence = _shared_movements(feed_account, accounts)
    unnamed = feed_account.external_account_id is None
    proven = [account_id for account_id, found in evidence.items() if found.proves(weakly=unnamed)]
    most = max((evidence[account_id].shared for account_id in proven), default=0)
    possible = [account_id for account_id in proven if evidence[account_id].shared == most]
    if not possible and not names_its_account(feed_account):
        known_name = feed_account.external_account_id and account_key(feed_account.external_account_id)
        possible = [
            account_id
            for account_id, found in evidence.items()
            if found.shared
            or (found.within == 0 and (unnamed or any(_is_called(c, account_id, known_name) for c in candidates)))
        ]
        if len(possible) == 1 and evidence[possible[0]].shared:
            raise _ambiguous(feed_account, [accounts[possible[0]]])
    if len(possible) > 1:
        raise _ambiguous(feed_account, [accounts[account_id] for account_id in possible])
    if not possible:
        return None
    account = accounts[possible[0]]
    reason = f"{most} of its movements are stored there" if most else "no other account of this bank is linked"
    note = f"The file is of {label(feed_account)}; it is taken as {account.account_name}, since {reason}."
    return ResolvedAccount(account, label_of(feed_account, account), note=note)


def _is_called(candidate: LinkedAccount, account_id: UUID, key: str | None) -> bool:
    return candidate.account_id == account_id and candidate.account_key == key


def _ambiguous(feed_account: FeedAccount, accounts: Sequence[Account]) -> AccountRefused:
    names = ", ".join(sorted(f"{a.account_name} ({a.external_account_id})" for a in accounts))
    return AccountRefused(
        "account_ambiguous",
        f"The file is of {label(feed_account)}; it may be {names}, but its movements do not show it. "
        "Say which: --account NUMBER, or choose it in the admin.",
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Of the file's different movements: how many lie within the days an account has rows of, how many of them are
    stored for it."""

    within: int = 0
    shared: int = 0

    def proves(self, *, weakly: bool) -> bool:
        """At least three and half of those that could be shared; ``weakly``, all of a few will do."""
        if weakly and 0 < self.shared == self.within:
            return True
        return self.shared >= _PROVING_MOVEMENTS and 2 * self.shared >= self.within


def _shared_movements(feed_account: FeedAccount, accounts: Collection[UUID]) -> dict[UUID, _Evidence]:
    """Evidence for each account, from the (day, amount) pairs of the file."""
    pairs = sorted({(t.transaction_date, t.amount) for t in feed_account.transactions})
    evidence = dict.fromkeys(accounts, _Evidence())
    if not pairs:
        return evidence
    with database.cursor() as cursor:
        cursor.execute(
            """
            WITH stored AS MATERIALIZED (
                SELECT account_id, transaction_date AS day,
                    CASE transaction_type WHEN 'debit' THEN -amount ELSE amount END AS amount
                FROM bank_transactions
                WHERE account_id = ANY (%(accounts)s::uuid[]) AND transaction_date BETWEEN %(first)s AND %(last)s
            ),
            pairs AS (
                SELECT * FROM unnest(%(days)s::date[], %(amounts)s::numeric[]) AS pair (day, amount)
            ),
            spans AS (
                SELECT account_id, min(day) AS first, max(day) AS last FROM stored GROUP BY account_id
            )
            SELECT s.account_id, count(*), count(*) FILTER (
                WHERE EXISTS (
                    SELECT FROM stored t WHERE t.account_id = s.account_id AND t.day = p.day AND t.amount = p.amount
                )
            )
            FROM spans s
            JOIN pairs p ON p.day BETWEEN s.first AND s.last
            GROUP BY s.account_id
            """,
            {
                "days": [day for day, _ in pairs],
                "amounts": [amount for _, amount in pairs],
                "accounts": list(accounts),
                "first": pairs[0][0],
                "last": pairs[-1][0],
            },
        )
        evidence.update({account_id: _Evidence(within, shared) for account_id, within, shared in cursor.fetchall()})
    return evidence


def _refuse_another_customers(feed_account: FeedAccount, link: BankConnection) -> None:
    """An account number belongs to one customer; whose is not said."""
    if feed_account.identifier_kind != FeedIdentifier.ACCOUNT_NUMBER or feed_account.external_account_id is None:
        return
    if LinkedAccount.objects.filter(
        bank_id=link.bank_id,
        account_key=account_key(feed_account.external_account_id),
        currency=feed_account.currency,
        identifier_kind=IdentifierKind.ACCOUNT_NUMBER,
    ).exists():
        raise AccountRefused(
            "account_linked_elsewhere",
            f"Account {feed_account.external_account_id} is linked to another customer. "
            "Check the owner you named; a joint account is imported for the customer it is linked to.",
        )


def _create(
    feed_account: FeedAccount,
    link: BankConnection,
    institution: str,
    owner: User,
    *,
    beside: Sequence[LinkedAccount],
) -> ResolvedAccount:
    """A new external account, linked under the name in the file.

    The scope of transaction ids must be the account's own: a masked or missing number is made unique.
    """
    account_id = uuid4()
    name = feed_account.external_account_id
    if name is None:
        external_id = f"{UNNAMED}-{account_id}"
    elif names_its_account(feed_account) and "*" not in name:
        external_id = name
    else:
        external_id = f"{name}#{account_id.hex[:8]}"
    kind = feed_account.kind if feed_account.kind != AccountKind.UNKNOWN else AccountKind.DEPOSIT
    ending = f" …{account_key(name)[-4:]}" if name else ""
    account = Account.objects.create(
        id=account_id,
        user=owner,
        account_name=f"{institution} {kind.value.replace('_', ' ')}{ending}",
        account_type=kind.value,
        currency=feed_account.currency,
        current_balance=Decimal("0.00"),
        is_external=True,
        external_bank_name=institution,
        external_account_id=external_id,
        sync_enabled=True,
    )
    _remember_name(feed_account, link, account)
    note = ""
    if beside and not names_its_account(feed_account):
        others = ", ".join(sorted({c.external_account_id for c in beside}))
        note = (
            f"The file is of {label(feed_account)}, for which a new account was made beside {others}. "
            "If it is one of these, import it for that account instead (--account NUMBER)."
        )
    return ResolvedAccount(account, name or external_id, created=True, note=note)


def _remember_name(feed_account: FeedAccount, link: BankConnection, account: Account) -> None:
    """Store a name the account was not known by yet, so that the next file is recognised by it."""
    name = feed_account.external_account_id or str(account.external_account_id)
    known = LinkedAccount.objects.filter(
        connection=link, account=account, account_key=account_key(name), currency=feed_account.currency
    )
    if not known.exists():
        kind = feed_account.identifier_kind
        LinkedAccount.objects.create(
            connection=link,
            account=account,
            bank_id=link.bank_id,
            external_account_id=name,
            identifier_kind=IdentifierKind(kind.value) if kind else IdentifierKind.UNNAMED,
            currency=feed_account.currency,
        )


def find_or_create_connection(*, owner: User, bank_id: str, bank_name: str, create: bool) -> BankConnection | None:
    """The owner's connection to this bank: the active one, else the newest not deleted, else a new one for files.

    Returns None where there is none and ``create`` is false. A new one holds no secret.
    """
    existing = BankConnection.objects.filter(user=owner, bank_id=bank_id, deleted_at__isnull=True)
    found = existing.filter(connection_status="active").first() or existing.order_by("-created_at", "id").first()
    if found is not None or not create:
        return found
    with database.cursor() as cursor:
        # two imports at once: the partial unique index lets one in, the other then finds it
        cursor.execute(
            """
            INSERT INTO bank_connections (
                user_id, bank_id, bank_name, connection_type, encrypted_credentials, encryption_key_id,
                consent_given_at, data_retention_until
            ) VALUES (%s, %s, %s, 'api', '', 'none', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP + interval '7 years')
            ON CONFLICT (user_id, bank_id) WHERE deleted_at IS NULL AND connection_status = 'active' DO NOTHING
            """,
            [owner.pk, bank_id, bank_name],
        )
    return existing.get(connection_status="active")


def bank_label(bank_id: str, institution: str) -> str:
    """Name of the bank for people; the file's own mark where it is none of the four."""
    if bank_id == Bank.AGGREGATION:
        is_name = institution and not any(ch.isdigit() for ch in institution)
        return institution[:100] if is_name else f"Unrecognised institution {institution}".strip()[:100]
    return str(Bank(bank_id).label)
