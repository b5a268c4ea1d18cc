"""The settings of an inbox begin with what holds, and have no choice that is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dwaybank.models import NotificationSetting
from dwaybank.notifications import kinds


def test_who_chose_nothing_sees_what_holds_and_changes_one_thing(
    sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    # other tests register kinds for everybody; those of the apps all need a permission
    monkeypatch.setattr(kinds, "_kinds", {name: kind for name, kind in kinds._kinds.items() if kind.permission})
    client, address = sign_in("Administrator"), reverse("admin:inbox_settings")

    form = client.get(address).context["form"]
    assert (form["mail_mode"].value(), form["digest_hour"].value()) == ("daily", 8)
    assert [value for value, _label in form.fields["mail_mode"].choices] == ["at_once", "daily", "never"]
    assert "muted_kinds" not in form.fields, "an administrator is told of nothing that could be muted"

    client.post(address, {"mail_mode": "never", "digest_hour": "8"})
    assert NotificationSetting.objects.get().mail_mode == "never"
    operator = sign_in("Integration operator").get(address).context["form"]
    assert "keys_due" in dict(operator.fields["muted_kinds"].choices)
