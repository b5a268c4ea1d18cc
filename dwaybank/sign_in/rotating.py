"""Secrets of second factors under the newest key: the library keeps them inside JSON, a row for each factor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from allauth.mfa.models import Authenticator

from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.key_rotation import RotationReport, SealedRows
from dwaybank.secret_keys import KeySource
from dwaybank.secrets import VERSION, key_id_of, open_sealed, seal
from dwaybank.sign_in.adapters import PLACE

_TABLE: Final = "mfa_authenticator"


def sealed_texts(data: Any) -> Iterator[str]:
    """The sealed texts anywhere in a factor's JSON."""
    if isinstance(data, str):
        if data.startswith(f"{VERSION}:"):
            yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from sealed_texts(one)


def key_ids() -> dict[str, int]:
    """Key id → number of sealed texts under it."""
    texts = (text for data in Authenticator.objects.values_list("data", flat=True) for text in sealed_texts(data))
    return dict(Counter(key_id_of(text, PLACE) for text in texts))


def rows_not_under(key_id: str) -> int:
    """Factors with a secret that is not under this key."""
    rows = Authenticator.objects.values_list("data", flat=True)
    return sum(1 for data in rows if any(key_id_of(text, PLACE) != key_id for text in sealed_texts(data)))


def reseal(keys: KeySource, actor: Actor, progress: Callable[[int], object], *, dry_run: bool) -> RotationReport:
    """All factors, each in its own short transaction; one that does not open is named and left."""
    newest, done, unreadable = keys.key_ids()[0], 0, []
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with acting_as(actor):
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            texts = list(sealed_texts(row.data)) if row else []
            if row is None or all(key_id_of(text, PLACE) == newest for text in texts):
                continue
            try:
                row.data = _resealed(row.data, keys)
            except DomainError as error:
                unreadable.append(f"factor {pk}: {error}")
            else:
                done += 1
                if not dry_run:
                    row.save(update_fields=["data"])
        progress(1)
    return RotationReport(_TABLE, done, tuple(unreadable))


def unreadable(keys: KeySource) -> list[str]:
    """One message for each factor that does not open."""
    problems = []
    for pk, data in Authenticator.objects.values_list("pk", "data"):
        try:
            for text in sealed_texts(data):
                open_sealed(text, PLACE, keys=keys)
        except DomainError as error:
            problems.append(f"factor {pk}: {error}")
    return problems


def _resealed(data: Any, keys: KeySource) -> Any:
    if isinstance(data, dict):
        return {name: _resealed(one, keys) for name, one in data.items()}
    if isinstance(data, list):
        return [_resealed(one, keys) for one in data]
    if isinstance(data, str) and data.startswith(f"{VERSION}:"):
        return seal(open_sealed(data, PLACE, keys=keys), PLACE, keys=keys)
    return data


SECOND_FACTORS: Final = SealedRows(_TABLE, key_ids, rows_not_under, reseal, unreadable)
