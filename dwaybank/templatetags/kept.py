"""``{{ row.message|kept }}``: a sentence that a row keeps in English, in the reader's language."""

from django import template

from dwaybank.kept import kept_text

register = template.Library()
register.filter("kept", kept_text, is_safe=False)
