"""``{% saved_filters %}``: the saved filters of the list that the page shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token

register = template.Library()


@register.inclusion_tag("admin/includes/saved_filters.html", takes_context=True)
def saved_filters(context: Any) -> dict[str, Any]:
    """Links to the filters of this page, and the forms that keep and forget them."""
    from dwaybank.admin.saved_filters import shown_filters  # the screens stand on the apps

    request = context["request"]
    return {**shown_filters(request), "request": request, "csrf_token": get_token(request)}
