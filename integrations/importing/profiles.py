"""CSV layouts that people described, kept by customer and version; and which of them a file is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError, explain
from dwaybank.models import Account, User
from integrations.enums import Bank
from integrations.feeds import (
    AccountKind,
    ColumnUse,
    CsvProfile,
    DateOrder,
    ProfileColumn,
    SignRule,
    StatementRefused,
    profile_fits,
)
from integrations.models import LinkedAccount, StatementProfile


def save_profile(*, owner: User, account: Account | None, profile: CsvProfile, actor: Actor) -> StatementProfile:
    """Keep a described layout as the next version of its name; the version before goes out of use.

    The bank is that of ``account``, where one is given: the rows of a file that names no account go there.
    Raises DomainError where the profile is incomplete, or the account another customer's.
    """
    name = " ".join(profile.name.split())
    if not name:
        raise DomainError(_("Give the profile a name, by which it is found again."))
    if faults := profile.faults():
        raise DomainError(faults[0])
    described = of_account(profile, account)
    row = StatementProfile(
        owner=owner,
        account=account,
        name=name[:100],
        columns=[{"heading": column.heading, "use": column.use.value} for column in described.columns],
        has_header=described.header,
        delimiter=described.delimiter,
        encoding=described.encoding,
        date_order=described.date_order.value if described.date_order else "",
        sign_rule=described.sign_rule.value if described.sign_rule else "",
        currency=described.currency,
        bank_id=described.bank_id,
        institution=described.institution[:100],
        account_kind=described.account_kind.value,
        created_by=actor.user_id,
    )
    try:
        with acting_as(actor), transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # two people saving make two versions
            versions = StatementProfile.objects.filter(owner=owner, name=row.name)
            row.version = 1 + (versions.aggregate(latest=Max("version"))["latest"] or 0)
            versions.filter(is_current=True).update(is_current=False)
            row.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(explain(error)) from error
    return row


def of_account(profile: CsvProfile, account: Account | None) -> CsvProfile:
    """The profile with bank, institution and currency of the account that takes its rows."""
    if account is None:
        return profile
    link = LinkedAccount.objects.filter(account=account).order_by("pk").first()
    bank = link.bank_id if link is not None and link.bank_id != Bank.AGGREGATION else None
    institution = "" if bank else str(account.external_bank_name or "")
    return replace(profile, bank_id=bank, institution=institution, currency=account.currency)


def as_csv_profile(row: StatementProfile) -> CsvProfile:
    """The stored description as the reader takes it. Raises ValueError where it is damaged."""
    return CsvProfile(
        name=row.name,
        columns=tuple(ProfileColumn(str(c["heading"]), ColumnUse(c["use"])) for c in row.columns),
        date_order=DateOrder(row.date_order),
        sign_rule=SignRule(row.sign_rule),
        header=row.has_header,
        delimiter=row.delimiter,
        encoding=row.encoding,
        currency=row.currency,
        bank_id=row.bank_id,
        institution=row.institution,
        account_kind=AccountKind(row.account_kind),
    )


def current_profiles(owner: User) -> list[StatementProfile]:
    """The owner's profiles in use, by name."""
    return list(StatementProfile.objects.filter(owner=owner, is_current=True).order_by("name"))


def find_profile(owner: User, key: str) -> StatementProfile:
    """The owner's profile of this name (the version in use) or id (that very version).

    Raises DomainError, naming the profiles that there are.
    """
    rows = StatementProfile.objects.filter(owner=owner)
    try:
        found = rows.filter(pk=UUID(key)).first()
    except ValueError:
        found = rows.filter(name=" ".join(key.split()), is_current=True).first()
    if found is None:
        known = ", ".join(row.name for row in current_profiles(owner)) or "none"
        raise DomainError(
            _("%(email)s has no statement profile \u201c%(key)s\u201d. There are: %(known)s.")
            % {"email": owner.email, "key": key, "known": known}
        )
    return found


def fitting_profiles(data: bytes, owner: User) -> Sequence[StatementProfile]:
    """The owner's profiles in use that the file is in."""
    found = []
    for row in current_profiles(owner):
        try:
            fits = profile_fits(data, as_csv_profile(row))
        except StatementRefused:
            continue
        if fits:
            found.append(row)
    return found
