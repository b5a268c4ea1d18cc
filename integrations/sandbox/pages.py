"""The pages a customer sees at the sandbox: choose who you are, agree or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from integrations.sandbox.bank import NAMES, SandboxBank

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}select{font:inherit}"
)


def consent_page(bank: SandboxBank, *, banks: Iterable[str], action: str, hidden: Mapping[str, str], asks: str) -> str:
    """The form on which a customer of one of ``banks`` agrees. It posts ``customer`` and ``decision``."""
    options = "".join(
        f'<option value="{escape(one.key)}">{escape(one.name)} — {escape(NAMES[one.bank])}</option>'
        for name in banks
        for number in range(1, bank.customers_per_bank + 1)
        if (one := bank.customer(f"{name}-{number}"))
    )
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox bank: consent</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Sandbox bank</h1>"
        f"<p>DwayBank asks to read {escape(asks)}. Nothing here is a real bank.</p>"
        f'<form method="post" action="{escape(action)}">{fields}'
        f'<p><label for="customer">You are</label> <select id="customer" name="customer">{options}</select></p>'
        '<p><button name="decision" value="agree">I agree</button>'
        '<button name="decision" value="refuse">I refuse</button></p></form></main></body></html>'
    )
