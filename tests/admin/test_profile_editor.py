"""The profile editor over HTTP: who may, what it proposes, shows and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from integrations.models import BankTransaction, StatementFile, StatementProfile
from tests.factories import AccountFactory, BankConnectionFactory, LinkedAccountFactory, UserFactory

OWNER = "chloe@customer.example"
TABLE = b'When,What,Dollars\n03/04/2026,COFFEE,-4.50\n05/04/2026,SALARY,"1,000.00"\n'


def hand_in(client: Client, table: bytes = TABLE) -> Any:
    owner = UserFactory.create(email=OWNER)
    connection = BankConnectionFactory.create(user=owner, bank_id="aggregation", bank_name="Caisse Est")
    account = AccountFactory.create(user=owner, external_bank_name="Caisse Est", currency="CAD")
    LinkedAccountFactory.create(connection=connection, account=account, bank_id="aggregation")
    file = SimpleUploadedFile("export.csv", table)
    return client.post(
        reverse("admin:integrations_statementfile_import"), {"statements": file, "owner": OWNER}, follow=True
    )


def address() -> str:
    return reverse("admin:integrations_statementfile_describe", args=[StatementFile.objects.get().pk])


def form(page: Any, **changes: str) -> dict[str, str]:
    """What a person would send who changes some fields of the proposal."""
    fields = {name: value for name, value in page.context["form"].initial.items() if value is not False}
    return {name: str(value) for name, value in (fields | changes).items()}


@pytest.mark.django_db
def test_from_an_unknown_file_to_its_rows(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("Reconciliation reviewer")
    review = hand_in(client)
    assert b"Describe its columns" in review.content

    page = client.get(address())
    assert b"do days or months come first?" in page.content
    refused = client.post(address(), form(page, preview="1"))
    assert b"Order of dates: This field is required." in refused.content

    decided = form(page, date_order="dmy", sign_rule="out_is_negative", name="Caisse Est")
    preview = client.post(address(), decided | {"preview": "1"})
    assert "2026-04-03" in preview.content.decode()
    assert preview.context["preview"].total == 2
    assert not StatementProfile.objects.exists()

    kept = client.post(address(), decided | {"save": "1"}, follow=True)
    row = StatementProfile.objects.get()
    assert (row.name, row.version, row.currency, row.institution) == ("Caisse Est", 1, "CAD", "Caisse Est")
    assert row.account_id is not None
    assert b"Change how its columns are read" in kept.content
    assert not BankTransaction.objects.exists()
    parameters = dict(kept.context["kept_parameters"])
    client.post(
        reverse("admin:integrations_statementfile_confirm"),
        {"file": [str(StatementFile.objects.get().pk)], **parameters},
    )
    assert sorted(BankTransaction.objects.values_list("amount", flat=True)) == [pytest.approx(4.5), 1000]

    again = client.post(address(), decided | {"save": "1", "use_1": "description"}, follow=True)
    assert again.status_code == 200
    assert [(p.version, p.is_current) for p in StatementProfile.objects.order_by("version")] == [(1, False), (2, True)]


@pytest.mark.django_db
def test_who_may_and_what_must_be_there(sign_in: Callable[[str], Client]) -> None:
    operator = sign_in("Integration operator")
    hand_in(operator)
    assert sign_in("Auditor").get(address()).status_code == 403
    other = reverse("admin:integrations_statementfile_describe", args=["00000000-0000-4000-8000-000000000000"])
    assert operator.get(other).status_code == 404
    page = operator.get(address())
    foreign = AccountFactory.create()
    wrong = operator.post(
        address(), form(page, date_order="dmy", sign_rule="out_is_negative", account=str(foreign.pk), save="1")
    )
    assert b"Select a valid choice" in wrong.content
    assert not StatementProfile.objects.exists()


@pytest.mark.django_db
def test_a_profile_is_taken_out_of_use_on_its_page(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("Reconciliation reviewer")
    page = (hand_in(client), client.get(address()))[1]
    client.post(address(), form(page, date_order="dmy", sign_rule="out_is_negative", name="Caisse", save="1"))
    row = StatementProfile.objects.get()
    change = reverse("admin:integrations_statementprofile_change", args=[row.pk])
    shown = client.get(change).content
    assert all(words in shown for words in (b"Caisse, version 1", b"comma", b"found from the content"))

    answer = client.post(change, {}, follow=True)  # the box is not ticked

    assert answer.status_code == 200
    assert StatementProfile.objects.values_list("is_current", "name").get() == (False, "Caisse")
    review = client.get(
        reverse("admin:integrations_statementfile_review"), {"file": [str(StatementFile.objects.get().pk)]}
    )
    assert b"Describe its columns" in review.content
    assert b"Change how its columns are read" not in review.content


@pytest.mark.django_db
def test_the_page_proposes_the_sign_that_the_balance_shows_and_says_so(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("Reconciliation reviewer")
    hand_in(
        client, b"When;What;Sum;Left\n5 mars 2026;A;-1,00;99,00\n6 mars 2026;B;-2,00;97,00\n7 mai 2026;C;3,00;100,00\n"
    )
    page = client.get(address())

    initial = page.context["form"].initial
    assert (initial["date_order"], initial["sign_rule"]) == ("dmy", "out_is_negative")
    assert page.context["questions"] == ()
    assert b"The balance falls with negative amounts" in page.content
    preview = client.post(address(), form(page, name="Caisse", preview="1"))
    assert "2026-05-07" in preview.content.decode()
