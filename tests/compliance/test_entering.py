"""Receipts and parties typed in, imported and proposed: clear errors, nothing lost, no social insurance number."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from compliance.detecting import detect_reportable
from compliance.models import ComplianceReport, LargeCashRecord, Party
from compliance.proposing import propose_cash_records
from dwaybank.actor import Actor
from dwaybank.roles import sync_roles
from tests.compliance.cash import person, receipt
from tests.factories import BankTransactionFactory, UserFactory

pytestmark = pytest.mark.django_db
SIN = "130 692 544"
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    sync_roles()
    analyst = UserFactory.create(staff=True)
    analyst.groups.add(Group.objects.get(name="Compliance analyst"))
    signed_in = Client()
    signed_in.force_login(analyst)
    return signed_in


def filled(client: Client, url: str, **values: Any) -> dict[str, Any]:
    """The form as the page shows it, with these values."""
    form = client.get(url).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    return {**{name: "" if value is None else value for name, value in shown.items()}, **values}


def errors(response: Any) -> dict[str, str]:
    form = response.context["adminform"].form
    return {name: " ".join(said) for name, said in form.errors.items()}


def test_a_receipt_is_typed_in_on_the_clock_of_its_place_and_becomes_reportable(client: Client) -> None:
    person("ann")
    url = reverse("admin:compliance_largecashrecord_add")
    wrong = filled(
        client,
        url,
        reference="R-1",
        received="2026-11-01 01:30",
        zone="America/Vancouver",
        amount="9000",
        currency="USD",
        record_status="recorded",
        purpose=f"Loan of {SIN}",
        conductor="ann, nobody",
    )
    said = errors(client.post(url, wrong))
    assert {"received", "location_id", "method_code", "purpose", "conductor"} <= said.keys()
    assert "offset" in said["received"]
    assert "nobody" in said["conductor"]
    assert "social insurance number" in said["purpose"]

    right = {**wrong, "received": "2026-11-01 01:30-08:00", "location_id": "BR-1", "method_code": "1", "purpose": ""}
    right |= {"conductor": "ann", "exchange_rate": "1.4", "rate_source": "bank_of_canada", "beneficiary": "ann"}
    right |= {"beneficiary_relationship": "15", "disposition_code": "5"}
    assert client.post(url, right).status_code == 302
    record = LargeCashRecord.objects.get()
    assert (record.amount_cad, record.received_at) == (Decimal("12600.00"), datetime(2026, 11, 1, 9, 30, tzinfo=UTC))
    assert sorted(record.parties.values_list("party_role", "relationship_code")) == [
        ("beneficiary", 15),
        ("conductor", None),
    ]
    detect_reportable(actor=Actor(None, "test"), now=NOW)
    assert ComplianceReport.objects.get().report_summary["total_cad"] == "12600.00"

    person("bea")
    page = reverse("admin:compliance_largecashrecord_change", args=[record.pk])
    changed = filled(client, page, conductor="bea", beneficiary_relationship="8", reason="It was Bea")
    assert changed["received"].startswith("2026-11-01 01:30-08:00")
    assert client.post(page, changed).status_code == 302
    assert sorted(record.parties.values_list("party_role", "party_key", "relationship_code")) == [
        ("beneficiary", "ann", 8),
        ("conductor", "bea", None),
    ]


def test_a_party_is_typed_in_as_it_would_be_filed_and_known_anew(client: Client) -> None:
    url = reverse("admin:compliance_party_add")
    typed = filled(
        client,
        url,
        kind="person",
        party_key="ann",
        surname="Roy",
        given_name="Ann",
        address_street="Corydon Avenue",
        address_province="ZZ",
        address_country="CA",
        document1_type="entity-3",
        document1_number=SIN,
        occupation="Baker",
    )
    said = errors(client.post(url, typed))
    assert {"address_province", "document1_type", "document1_number"} == said.keys()
    typed |= {"address_province": "mb", "document1_type": "person-4", "document1_number": "ROY1"}
    assert client.post(url, typed).status_code == 302
    party = Party.objects.get()
    assert party.address == {"streetAddress": "Corydon Avenue", "provinceStateCode": "MB", "countryCode": "CA"}
    assert party.identifications == [{"identifierTypeCode": 4, "number": "ROY1"}]

    page = reverse("admin:compliance_party_change", args=[party.pk])
    assert client.post(page, filled(client, page, address_city="Winnipeg", reason="x")).status_code == 302
    party.refresh_from_db()
    assert (party.address["city"], party.identifications[0]["number"]) == ("Winnipeg", "ROY1")
    anew = f"{url}?from={party.pk}"
    assert client.post(url, filled(client, anew, occupation="Baker of bread")).status_code == 302
    assert Party.objects.filter(party_key="ann").count() == 2
    assert Party.objects.order_by("-as_of")[0].address["city"] == "Winnipeg"


def test_an_entity_keeps_its_owners_and_no_private_number_of_them(client: Client) -> None:
    url = reverse("admin:compliance_party_add")
    typed = filled(client, url, kind="entity", party_key="mill", entity_name="Mill Ltd.", structure_code="1")
    typed |= {"directors": f"Wiebe, Maria\nRoy, Ann {SIN}", "document1_type": "entity-3", "document1_number": SIN}
    assert errors(client.post(url, typed)).keys() == {"directors"}
    assert client.post(url, {**typed, "directors": "Wiebe, Maria\nRoy, Ann"}).status_code == 302
    assert Party.objects.get().ownership["directorsOfCorporation"][1] == {"surname": "Roy", "givenName": "Ann"}


def test_parties_of_a_file_are_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "parties.csv"
    head = "party_key,kind,surname,entity_name,address_country,document1_type,document1_number\n"
    file.write_text(f"{head}ann,person,Roy,,CA,4,ROY1\nmill,entity,,,,,\nbob,person,Oak,,XX,4,{SIN}\n", "utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_parties", str(file), "--json", stdout=out)
    said = json.loads(out.getvalue())["errors"]
    assert [one["line"] for one in said] == [3, 4, 4]
    assert not Party.objects.exists()

    file.write_text(f"{head}ann,person,Roy,,CA,4,ROY1\nmill,entity,,Mill,,3,{SIN}\n", "utf-8")
    call_command("import_parties", str(file), stdout=out)
    assert Party.objects.count() == 2


def test_bank_lines_that_look_like_cash_are_proposed_once_and_completed(client: Client) -> None:
    line = BankTransactionFactory.create(
        raw_description="CASH DEPOSIT", amount=Decimal(11000), transaction_type="credit", transaction_date="2026-11-20"
    )
    BankTransactionFactory.create(raw_description="PAYROLL", transaction_type="credit", transaction_date="2026-11-20")
    BankTransactionFactory.create(
        raw_description="CASH DEPOSIT", transaction_date="2026-11-20", processing_status="error"
    )
    actor = Actor(None, "test")

    assert [propose_cash_records(actor=actor, now=NOW) for _ in range(2)] == [1, 0]
    record = LargeCashRecord.objects.get()
    assert (record.record_status, record.bank_transaction_id, record.amount_cad) == ("proposed", line.pk, 11000)
    assert detect_reportable(actor=actor, now=NOW).sets == 0

    person("ann")
    page = reverse("admin:compliance_largecashrecord_change", args=[record.pk])
    dismissed = errors(client.post(page, filled(client, page, record_status="dismissed")))
    assert "Say why" in " ".join(dismissed.values())
    done = filled(client, page, record_status="recorded", location_id="BR-1", method_code="2", conductor="ann")
    assert client.post(page, done).status_code == 302
    assert detect_reportable(actor=actor, now=NOW).opened == 1
    client.post(reverse("admin:compliance_largecashrecord_propose"))
    assert LargeCashRecord.objects.count() == 1


def test_parties_are_suggested_while_somebody_types(client: Client) -> None:
    for key, surname in (("ann", "Tremblay"), ("bea", "Trent"), ("cyd", "Moreau")):
        Party.objects.filter(pk=person(key).pk).update(surname=surname, given_name=key.title())
    url = reverse("admin:compliance_party_suggest")

    def suggested(typed: str) -> list[str]:
        return [one["key"] for one in client.post(url, {"typed": typed}).json()["parties"]]

    assert suggested("tre") == ["ann", "bea"]
    assert suggested("Bea Tre") == suggested("trent, be") == suggested("BEA") == ["bea"]
    assert suggested("t") == suggested("nobody") == []
    named = client.post(url, {"keys": "ann, nobody|cyd"}).json()["named"]
    assert named == {"ann": "Ann Tremblay", "cyd": "Cyd Moreau"}
    refused = client.post(url, {"typed": SIN})
    assert (refused.status_code, "social insurance" in refused.json()["problem"]) == (400, True)
    assert client.get(url).status_code == 405


def test_nobody_finds_parties_of_a_suspicion_who_may_not(client: Client) -> None:
    for key in ("cash", "doubt"):
        person(key)
    receipt("R-1", NOW, "12000.00", Party.objects.get(party_key="cash"))
    sync_roles()
    someone = UserFactory.create(staff=True)
    someone.user_permissions.set(Permission.objects.filter(codename="view_party"))
    other = Client()
    other.force_login(someone)
    url = reverse("admin:compliance_party_suggest")

    def found(who: Client) -> dict[str, str]:
        answers = [who.post(url, {"typed": key, "keys": key}).json() for key in ("cash", "doubt")]
        assert [one["key"] for answer in answers for one in answer["parties"]] == [
            key for answer in answers for key in answer["named"]
        ]
        return {key: name for answer in answers for key, name in answer["named"].items()}

    assert found(client).keys() == {"cash", "doubt"}
    assert found(other).keys() == {"cash"}
    listed = other.get(reverse("admin:compliance_party_changelist")).content.decode()
    assert ("cash" in listed, "doubt" in listed) == (True, False)
    someone.user_permissions.clear()
    assert other.post(url, {"typed": "cash"}).status_code == 403
