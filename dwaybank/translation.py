"""Texts for people that a translation may replace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import AppConfig
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

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


def translated(name: str) -> Text:
    """The lazy translation of a text that stands elsewhere (``gettext_noop``, a database) or is made by rule: the name
    of a field, a column, a table."""
    return gettext_lazy(name)


def translate_names(apps: Iterable[AppConfig]) -> None:
    """Give models and fields that declare no name for people the translation of the one Django makes of theirs.

    What migrations see of a field is what it declares, so that none of this is a change of the schema.
    """
    for app in apps:
        for model in app.get_models():
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                if field._verbose_name is None:  # type: ignore[attr-defined]
                    field.verbose_name = translated(field.name.replace("_", " "))
            for name in ("verbose_name", "verbose_name_plural"):
                if name not in model._meta.original_attrs:
                    setattr(model._meta, name, translated(str(getattr(model._meta, name))))
