"""``{{ count|grouped }}``: a number as the reader's language writes it, ``5,000`` or ``5 000``."""

from django import template

from dwaybank.l10n import number_text

register = template.Library()
register.filter("grouped", number_text, is_safe=False)
