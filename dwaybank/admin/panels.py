"""Panels: what other apps show on an object's page.

An upper floor registers a panel for a model of a lower floor, which never imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dwaybank.translation import Text

NONE: Final = _("None.")


@dataclass(frozen=True, slots=True)
class Panel:
    """A small table under the details: ``headings`` over ``rows``; ``empty`` where there are none.

    ``more`` is (text, address) of the list that holds the rest; ``note`` stands above the table. ``numeric`` names the
    headings over figures.
    """

    title: Text
    headings: Sequence[Text] = ()
    rows: Sequence[Sequence[object]] = ()
    empty: Text = NONE
    note: object = ""
    more: tuple[Text, str] | None = None
    numeric: Sequence[Text] = ()


PanelMaker = Callable[[HttpRequest, Any], Panel | None]
_makers: Final[dict[str, dict[str, tuple[int, str, PanelMaker]]]] = {}


def register_panel(model: str, name: str, maker: PanelMaker, *, permission: str, rank: int = 100) -> None:
    """Show what ``maker`` returns on the pages of ``model`` (``app.model``) to people with ``permission``.

    Lower ranks come first. The same ``name`` again replaces the panel. A maker may return None: nothing to show.
    """
    _makers.setdefault(model.lower(), {})[name] = (rank, permission, maker)


def panels_for(request: HttpRequest, model: str, row: Any) -> list[Panel]:
    """The panels of one object that this person may see, by rank."""
    by_rank = sorted(_makers.get(model.lower(), {}).values(), key=lambda known: known[0])
    made = (maker(request, row) for _, permission, maker in by_rank if request.user.has_perm(permission))
    return [panel for panel in made if panel is not None]
