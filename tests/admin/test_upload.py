"""Bringing statements in by the browser: nothing is stored before the confirmation, and bad files say why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dwaybank.models import User
from integrations.admin import upload
from integrations.models import BankConnection, BankStatement, BankTransaction, IntegrationError, StatementFile
from tests.factories import UserFactory
from tests.integrations.statements_text import Row, ofx, rbc_csv

SAMPLES = Path(__file__).resolve().parents[2] / "integrations" / "samples" / "statements"
COFFEE = Row("2026-10-05", "-4.95", "TIM HORTONS #1234", "F1")
PAY = Row("2026-10-15", "2104.50", "ACME PAYROLL", "F2")
HAND_IN = "admin:integrations_statementfile_import"
CONFIRM = "admin:integrations_statementfile_confirm"


@pytest.fixture
def owner(db: None) -> User:
    return UserFactory.create(email="owner@example.ca")


@pytest.fixture
def reviewer(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Reconciliation reviewer")


def hand_in(client: Client, *files: tuple[str, bytes], create: bool = True, **changes: Any) -> Any:
    """Post the upload form and follow to the review, if it is accepted."""
    data = {
        "statements": [SimpleUploadedFile(name, content) for name, content in files],
        "owner": "owner@example.ca",
        **({"create_accounts": "on"} if create else {}),
        **changes,
    }
    return client.post(reverse(HAND_IN), data, follow=True)


def confirm(client: Client, review: Any) -> Any:
    """Press the button of the review page, with what its form holds."""
    return client.post(
        reverse(CONFIRM),
        {
            "file": [str(one.file.pk) for one in review.context["importable"]],
            **dict(review.context["kept_parameters"]),
        },
        follow=True,
    )


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_nothing_is_stored_before_the_confirmation(reviewer: Client, owner: User) -> None:
    review = hand_in(reviewer, ("october.ofx", ofx(COFFEE, PAY)))

    assert "1 of 1" in text(review)
    assert "2 = 2 new + 0 known + 0 rejected" in text(review)
    assert not BankTransaction.objects.exists()
    assert not BankConnection.objects.exists()

    done = confirm(reviewer, review)

    assert "2 rows = 2 imported + 0 known already + 0 rejected" in said(done)
    assert BankTransaction.objects.count() == 2
    statement = BankStatement.objects.get()
    assert (statement.file.file_status, statement.file.owner) == ("imported", owner)


def test_a_second_click_adds_nothing(reviewer: Client, owner: User) -> None:
    review = hand_in(reviewer, ("october.ofx", ofx(COFFEE, PAY)))
    confirm(reviewer, review)

    again = confirm(reviewer, review)

    assert "imported already" in said(again)
    assert BankTransaction.objects.count() == 2
    assert BankStatement.objects.count() == 1


def test_every_verdict_is_shown_with_what_it_meets(reviewer: Client, owner: User) -> None:
    confirm(reviewer, hand_in(reviewer, ("first.ofx", ofx(COFFEE, PAY))))
    moved = Row("2026-10-06", "-4.95", "TIM HORTONS #1234", "F1")
    new = Row("2026-10-20", "-60.00", "HYDRO ONE", "F3")
    bad = Row("2026-10-21", "-1.234", "BROKEN", "F4")

    review = hand_in(reviewer, ("second.ofx", ofx(moved, PAY, new, bad)))

    verdicts = {row.verdict.value for one in review.context["reviews"] for a in one.accounts for row in a.outcome.rows}
    assert verdicts == {"changed", "duplicate", "new", "rejected"}
    html = text(review)
    assert "stored</a> as" in html
    assert "stored row" in html
    assert "more than two decimals" in html
    only_new = reviewer.get(
        review.request["PATH_INFO"], {"file": review.context["reviews"][0].file.pk, "verdict": "new"}
    )
    assert "HYDRO ONE" in text(only_new)
    assert "ACME PAYROLL" not in text(only_new)


def test_the_same_movement_from_another_source_names_its_twin(reviewer: Client, owner: User) -> None:
    confirm(reviewer, hand_in(reviewer, ("first.ofx", ofx(COFFEE, PAY))))

    review = hand_in(reviewer, ("second.csv", rbc_csv(COFFEE, PAY)))

    rows = [row for one in review.context["reviews"] for a in one.accounts for row in a.outcome.rows]
    assert [row.verdict.value for row in rows] == ["repeated", "repeated"]
    assert {row.bank_transaction_id for row in rows} == set(BankTransaction.objects.values_list("pk", flat=True))


def test_an_unlinked_account_is_named_and_offered(reviewer: Client, owner: User) -> None:
    review = hand_in(reviewer, ("october.ofx", ofx(COFFEE)), create=False)

    assert review.context["importable"] == []
    assert "not linked to" in text(review)
    linked = reviewer.get(f"{review.request['PATH_INFO']}{review.context['create_url']}")
    confirm(reviewer, linked)

    assert BankTransaction.objects.count() == 1
    assert StatementFile.objects.get().file_status == "imported"
    assert set(IntegrationError.objects.values_list("resolution_status", flat=True)) <= {"resolved"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0 picture", "picture"),
        ("report.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("october.zip", b"PK\x03\x04 sheet", "compressed archive"),
        ("words.txt", b"Dear bank, where is my money?", "in no layout that is known"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_with_advice(
    reviewer: Client, owner: User, name: str, content: bytes, reason: str
) -> None:
    review = hand_in(reviewer, (name, content))

    assert review.context["importable"] == []
    assert reason in text(review)
    file = StatementFile.objects.get()
    assert (file.file_status, file.content) == ("refused", None)
    forced = reviewer.post(reverse(CONFIRM), {"file": [str(file.pk)]}, follow=True)
    assert "no statement that can be read" in said(forced)


def test_one_bad_file_does_not_hold_up_the_others(reviewer: Client, owner: User) -> None:
    review = hand_in(reviewer, ("photo.jpg", b"\xff\xd8\xff\xe0"), ("october.ofx", ofx(COFFEE)))

    assert "1 of 2" in text(review)
    confirm(reviewer, review)
    assert BankTransaction.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"owner": "nobody@example.ca"}, "Nobody here has the e-mail address nobody@example.ca"),
        ({"owner": "not an address"}, "valid email address"),
        ({"statements": []}, "required"),
        ({"statements": [SimpleUploadedFile("empty.ofx", b"")]}, "empty.ofx is empty"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_nothing(
    reviewer: Client, owner: User, changes: dict[str, Any], message: str
) -> None:
    response = hand_in(reviewer, ("october.ofx", ofx(COFFEE)), **changes)

    assert message in text(response)
    assert not StatementFile.objects.exists()


def test_a_file_over_the_limit_names_both_sizes(reviewer: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(upload, "DEFAULT_LIMITS", replace(upload.DEFAULT_LIMITS, max_bytes=100))

    response = hand_in(reviewer, ("october.ofx", ofx(COFFEE)))

    assert "a statement file has 100" in text(response).replace("\xa0", " ")
    assert not StatementFile.objects.exists()


def test_a_deactivated_owner_is_refused(reviewer: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert "owner@example.ca is deactivated" in text(hand_in(reviewer, ("october.ofx", ofx(COFFEE))))


def test_the_very_same_file_for_another_customer_is_pointed_out(reviewer: Client, owner: User) -> None:
    UserFactory.create(email="other@example.ca")
    confirm(reviewer, hand_in(reviewer, ("october.ofx", ofx(COFFEE))))

    review = hand_in(reviewer, ("october.ofx", ofx(COFFEE)), owner="other@example.ca")

    assert "handed in for owner@example.ca" in text(review)


def test_who_may_not_import_meets_a_closed_door(sign_in: Callable[[str], Client], owner: User) -> None:
    client = sign_in("Approver")

    assert client.get(reverse(HAND_IN)).status_code == 403
    assert client.post(reverse(CONFIRM), {"file": ["x"]}).status_code == 403


def test_addresses_made_up_are_not_found(reviewer: Client, owner: User) -> None:
    review = reverse("admin:integrations_statementfile_review")

    for query in ("", "?file=x", "?file=00000000-0000-0000-0000-000000000000"):
        assert reviewer.get(review + query).status_code == 404
    assert reviewer.get(reverse(CONFIRM)).status_code == 405


def test_what_a_file_says_cannot_become_script(reviewer: Client, owner: User) -> None:
    nasty = Row("2026-10-05", "-4.95", "<script>alert(1)</script>", "F1")

    review = hand_in(reviewer, ("<img src=x onerror=alert(1)>.csv", rbc_csv(nasty)))
    done = confirm(reviewer, review)

    for page in (review, done, reviewer.get(reverse("admin:integrations_banktransaction_changelist"))):
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_every_own_sample_can_be_reviewed(reviewer: Client, owner: User) -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"]

    review = hand_in(reviewer, *files)

    assert len(review.context["importable"]) == len(files)
    # those of one bank are confirmed; the others wait as they were handed in
    chosen = [one.file for one in review.context["importable"] if one.file.file_name.startswith("cibc_")]
    form = {"file": [str(file.pk) for file in chosen], **dict(review.context["kept_parameters"])}
    reviewer.post(reverse(CONFIRM), form, follow=True)
    files_now = dict(StatementFile.objects.values_list("pk", "file_status"))
    assert {files_now.pop(file.pk) for file in chosen} == {"imported", "partial"}
    assert set(files_now.values()) == {"received"}
