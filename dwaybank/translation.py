"""Texts for people that a translation may replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.functional import lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    # a text, or one that is translated when it is shown (gettext_lazy)
    Text: TypeAlias = _StrOrPromise
else:
    Text: TypeAlias = str


def _filled(text: Text, values: dict[str, Any]) -> str:
    return str(text) % values


_lazily_filled = lazy(_filled, str)


def filled(text: Text, **values: Any) -> Text:
    """A lazy text with its values filled in, still translated only when it is shown: in the language of who reads it.

    ``filled(gettext_lazy("%(bank)s: syncs break"), bank=name)``; with ``%`` the language of who wrote it would stay.
    """
    return _lazily_filled(text, values)
