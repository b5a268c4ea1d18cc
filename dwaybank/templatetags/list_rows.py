"""``{% list_rows cl %}``: headings and rows of a list, in place of Django's ``{% result_list cl %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ChangeList

from dwaybank.admin.list_rows import rows_html

register = template.Library()


@register.inclusion_tag("admin/includes/list_rows.html")
def list_rows(cl: ChangeList) -> dict[str, Any]:
    """What the table of the list shows."""
    headings = list(result_headers(cl))
    return {
        "headings": headings,
        "sorted_columns": sum(1 for heading in headings if heading.get("sorted")),
        "rows": rows_html(cl),
    }
