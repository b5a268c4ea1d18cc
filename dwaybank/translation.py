"""Texts for people that a translation may replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    # a text, or one that is translated when it is shown (gettext_lazy)
    Text: TypeAlias = _StrOrPromise
else:
    Text: TypeAlias = str
