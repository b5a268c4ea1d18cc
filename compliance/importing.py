"""Cash records from a file: CSV with one receipt a line, or a JSON list. All of it, or nothing and a list of errors."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from compliance.enums import CashRecordSource, PartyRole
from compliance.models import LargeCashParty, LargeCashRecord
from compliance.models.large_cash_records import in_cad
from compliance.parties import newest_by_key
from dwaybank.actor import Actor, set_actor
from dwaybank.errors import DomainError, explain

REQUIRED: Final = ("reference", "received_at", "zone", "location_id", "method_code", "amount")
_TEXT: Final = (
    "method_other",
    "rate_source",
    "purpose",
    "how_obtained",
    "disposition_other",
    "disposition_reference",
    "institution_number",
    "branch_number",
    "account_number",
    "account_currency",
    "exemption",
    "exemption_reason",
)
_NUMBERS: Final = ("disposition_code", "account_type")
_ROLES: Final = tuple(str(role) for role in PartyRole.values)
_COLUMNS: Final = frozenset(
    {*REQUIRED, *_TEXT, *_NUMBERS, *_ROLES, "currency", "exchange_rate", "business_account", "source_of_cash"}
    | {f"{role}_relationship" for role in ("beneficiary", "on_behalf_of")}
)


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one receipt of the file; ``line`` counts from 1, the head of a CSV included."""

    line: int
    message: str


class ImportRefused(DomainError):
    """Nothing was imported; ``errors`` says why, line by line."""

    def __init__(self, errors: list[LineError]) -> None:
        super().__init__(f"{len(errors)} errors; nothing was imported. Correct them and import the file again.")
        self.errors = errors


def read_rows(name: str, data: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Receipts of a file with their line. Raises ImportRefused where it cannot be read."""
    try:
        text = data.decode("utf-8-sig")
        if name.lower().endswith(".json"):
            listed = json.loads(text)
            if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
                raise ImportRefused([LineError(1, "The file is no list of objects, one for each receipt.")])
            return list(enumerate(listed, start=1))
        return [
            (place, {key or "": (value or "").strip() for key, value in row.items() if not isinstance(value, list)})
            for place, row in enumerate(csv.DictReader(io.StringIO(text), strict=True), start=2)
        ]
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error, RecursionError) as error:
        raise ImportRefused([LineError(1, f"The file cannot be read: {error}. Save it as UTF-8.")]) from None


def import_cash_records(*, name: str, data: bytes, actor: Actor) -> int:
    """Import every receipt of the file; returns how many. Raises ImportRefused and writes nothing otherwise.

    Parties are named by their key (several separated by ``|``), and are taken as last known.
    """
    rows = read_rows(name, data)
    errors: list[LineError] = []
    if not rows:
        raise ImportRefused([LineError(1, "The file holds no receipt.")])
    with transaction.atomic():
        set_actor(actor)
        for line, row in rows:
            try:
                with transaction.atomic():
                    _import_row(row, actor)
            except (ValueError, InvalidOperation) as error:
                errors.append(LineError(line, str(error) or "An amount cannot be read."))
            except IntegrityError as error:
                errors.append(LineError(line, explain(error)))
            except DataError as error:
                errors.append(LineError(line, f"A value is too long or too large: {str(error).splitlines()[0]}."))
        if errors:
            raise ImportRefused(errors)
    return len(rows)


def _import_row(row: dict[str, Any], actor: Actor) -> None:
    if unknown := sorted(row.keys() - _COLUMNS):
        raise ValueError(
            _("There is no column %(unknown)s; known are: %(known)s.")
            % {"unknown": f"{unknown[0]!r}", "known": ", ".join(sorted(_COLUMNS))}
        )
    if missing := [column for column in REQUIRED if not row.get(column)]:
        raise ValueError(_("%(missing)s is missing.") % {"missing": missing[0]})
    zone = _zone(str(row["zone"]))
    amount, currency = Decimal(str(row["amount"])), str(row.get("currency") or "CAD").upper()
    rate = Decimal(str(row["exchange_rate"])) if row.get("exchange_rate") else None
    record = LargeCashRecord.objects.create(
        reference=str(row["reference"]),
        record_source=CashRecordSource.IMPORTED,
        received_at=_moment(str(row["received_at"]), zone),
        zone=str(zone),
        location_id=str(row["location_id"]),
        method_code=int(row["method_code"]),
        amount=amount,
        currency=currency,
        exchange_rate=rate,
        amount_cad=in_cad(amount, rate),
        business_account=_flag(row.get("business_account")),
        source_of_cash=_flag(row.get("source_of_cash")),
        created_by_id=actor.user_id,
        **{column: str(row.get(column) or "") for column in _TEXT},
        **{column: int(row[column]) for column in _NUMBERS if row.get(column)},
    )
    keys = {role: [key for part in str(row.get(role) or "").split("|") if (key := part.strip())] for role in _ROLES}
    parties = newest_by_key(key for named in keys.values() for key in named)
    for role, named in keys.items():
        for key in named:
            party = parties.get(key)
            if party is None:
                raise ValueError(
                    _("There is no party with the key %(key)s; enter the party first.") % {"key": f"{key!r}"}
                )
            relationship = row.get(f"{role}_relationship")
            LargeCashParty.objects.create(
                record=record,
                party=party,
                party_role=role,
                relationship_code=int(relationship) if relationship else None,
            )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            _("%(name)s is no time zone; write one such as America/Toronto.") % {"name": f"{name!r}"}
        ) from None


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            _("%(text)s is no time; write one such as 2026-10-05T14:30:00-04:00.") % {"text": f"{text!r}"}
        ) from None
    if moment.tzinfo is None:
        raise ValueError(_("The time %(text)s has no offset; add one such as -04:00.") % {"text": text})
    if moment.utcoffset() != moment.astimezone(zone).utcoffset():
        raise ValueError(
            _("The offset of %(text)s is not that of %(zone)s at that time; correct one of them.")
            % {"text": text, "zone": zone}
        )
    return moment


def _flag(value: Any) -> bool | None:
    if value in (None, ""):
        return None
    if str(value).lower() in ("true", "yes", "1"):
        return True
    if str(value).lower() in ("false", "no", "0"):
        return False
    raise ValueError(_("%(value)s is neither true nor false.") % {"value": f"{value!r}"})
