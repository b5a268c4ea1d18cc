"""Migrations without drawing models anew for each constraint and index: a fresh database in a third of the time.

Django keeps the models of each moment of a migration as classes. For a constraint or an index it makes the class of its
model again, and those of all models that refer to it: in this project that is nearly every model, for each of some two
hundred constraints and indexes. Neither changes a field or a relation, so that the class may keep on living and be told
of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """``ProjectState._append_option`` (of add_index and add_constraint), with the class told instead of made again.

    The class is shared with the state before the operation, which then knows of it too: what adds a constraint or an
    index looks at the state after it, and what takes one away finds it by its name in the model's own state.
    """
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:  # rendered; asking for the attribute would render it
        meta = self.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), obj])


@contextmanager
def kept_classes() -> Iterator[None]:
    """Meanwhile added constraints and indexes leave the classes of models as they are (docs/adr/0028)."""
    # Django has no hook for it; without its own method an upgrade fails here and not later
    own = ProjectState._append_option  # type: ignore[attr-defined]
    ProjectState._append_option = _append_option  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._append_option = own  # type: ignore[attr-defined]
