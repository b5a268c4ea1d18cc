"""Screens whose form has other fields than the row has columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.translation import Text


class TypedScreen(BackOfficeModelAdmin):
    """``typed_sections`` to type into for who may change the row; for others ``sections``, the row as it is.

    The last of ``sections`` says what is known of the record itself, and stands below what is typed as well.
    """

    typed_sections: Sequence[tuple[Text, Sequence[str]]] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is typed, the reason, and what is known of the record."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may:
            return super().get_fieldsets(request, obj)
        typed = [(heading or None, {"fields": names}) for heading, names in self.typed_sections]
        known = [(gettext_lazy("Record"), {"fields": self.sections[-1][1]})] if obj else []
        return [*typed, (gettext_lazy("Reason"), {"fields": ("reason",)}), *known]
