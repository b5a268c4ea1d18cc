"""The way in: two factors for staff, locked after wrong tries, sessions that end; again before what matters."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.decorators import method_decorator

from dwaybank import urls
from dwaybank.actor import Actor
from dwaybank.key_rotation import RotationReport, rotate
from dwaybank.models import AuditEvent, User
from dwaybank.reauth import recent_sign_in_required
from dwaybank.sign_in.guard import BOUND, SEEN
from dwaybank.sign_in.rotating import SECOND_FACTORS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
INDEX = "/admin/"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _light_and_fresh() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    made = UserFactory.create(email="robin@dwaybank.example", staff=True, is_superuser=True)
    made.set_password(PASSWORD)
    made.save(update_fields=["password"])
    return made


def give_password(client: Client, password: str = PASSWORD, email: str = "Robin@dwaybank.example") -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def enrol(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def test_password_and_code_of_an_app_let_in(client: Client, person: User) -> None:
    secret = enrol(person)

    asked = client.get(INDEX, follow=True)
    assert asked.redirect_chain[-1][0].startswith(LOGIN)
    answer = give_password(client)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert not is_in(client)

    client.post(answer["Location"], {"code": code(secret)})
    assert is_in(client)


def test_a_recovery_code_lets_in_once(person: User) -> None:
    enrol(person)
    codes = RecoveryCodes.activate(person)
    one = codes.get_unused_codes()[0]
    for expected in (True, False):
        client = Client()
        give_password(client)
        client.post(reverse("mfa_authenticate"), {"code": one})
        assert is_in(client) == expected


def test_without_a_second_factor_there_is_only_the_page_that_sets_one_up(client: Client, person: User) -> None:
    give_password(client)

    answer = client.get(INDEX)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "data:image/svg+xml" in page

    enrol(person)  # from now on, this session without it is worth nothing
    assert client.get(INDEX)["Location"].startswith(LOGIN)


def test_the_secret_of_a_second_factor_is_sealed_and_its_audit_does_not_tell_it(person: User) -> None:
    secret = enrol(person)

    assert secret not in str(Authenticator.objects.get(user=person, type="totp").data)
    event = AuditEvent.objects.filter(table_name="mfa_authenticator").latest("pk")
    assert (event.action, "data" in event.changed_columns, "data" in event.new_values) == ("INSERT", True, False)


def test_five_wrong_passwords_lock_the_address_even_for_the_right_one(client: Client, person: User) -> None:
    enrol(person)
    for _ in range(5):
        assert give_password(client, "wrong").status_code == 200

    locked = give_password(client)
    assert locked.status_code == 200
    assert "Too many failed login attempts" in locked.content.decode()
    assert give_password(client, email="somebody.else@dwaybank.example").status_code == 200


def test_customers_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    customer = UserFactory.create(email="customer@example.ca")
    customer.set_password(PASSWORD)
    customer.save(update_fields=["password"])

    said = [give_password(client, email=email).content.decode() for email in (customer.email, "nobody@example.ca")]
    assert all("not correct" in text for text in said)


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"email": "x@example.ca", "password1": PASSWORD}).status_code == 404


def test_a_session_does_not_move_to_another_browser(client: Client, person: User) -> None:
    client.force_login(person)
    assert is_in(client)

    assert client.get(INDEX, headers={"user-agent": "Thief/1.0"})["Location"].startswith(LOGIN)
    assert not is_in(client)


def test_a_session_ends_after_a_pause(client: Client, person: User, settings: Any) -> None:
    client.force_login(person)
    session = client.session
    session[SEEN] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()

    answer = client.get(INDEX, follow=True)
    assert "You were away for a while" in answer.content.decode()
    assert BOUND not in client.session


def test_pages_of_the_sign_in_are_clean_of_inline_script(client: Client, person: User) -> None:
    for address in (LOGIN, reverse("mfa_index"), reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")):
        html = client.get(address, follow=True).content.decode()
        assert " style=" not in html
        assert "dwaybank/admin.css" in html
        client.force_login(person)


def test_a_lost_second_factor_is_reset_by_another_administrator_and_every_session_ends(person: User) -> None:
    enrol(person)
    RecoveryCodes.activate(person)
    sam = UserFactory.create(email="sam@dwaybank.example", staff=True, is_superuser=True)
    theirs, administrator = Client(), Client()
    theirs.force_login(person)
    administrator.force_login(sam)
    page = reverse("admin:dwaybank_user_second_factor", args=[person.pk])
    assert "Recovery codes" in administrator.get(page).content.decode()

    administrator.post(page, {"reason": ""})
    theirs.post(page, {"reason": "it is mine"})
    assert Authenticator.objects.filter(user=person).count() == 2
    assert is_in(theirs)

    answer = administrator.post(page, {"reason": "lost telephone, known by voice"})
    assert answer["Location"] == reverse("admin:auth_user_password_change", args=[person.pk])
    assert not Authenticator.objects.filter(user=person).exists()
    assert not is_in(theirs)
    person.refresh_from_db()
    assert not person.has_usable_password()
    event = AuditEvent.objects.filter(table_name="mfa_authenticator", action="DELETE").latest("pk")
    assert (event.actor_id, event.reason) == (sam.pk, "lost telephone, known by voice")


def test_new_keys_take_over_the_secrets_of_second_factors(client: Client, person: User, settings: Any) -> None:
    ring = [f"{year}:" + base64.b64encode(letter * 32).decode() for year, letter in (("2025", b"o"), ("2026", b"n"))]
    settings.ENCRYPTION_KEYS = ring[0]
    secret = enrol(person)
    codes = RecoveryCodes.activate(person).get_unused_codes()
    settings.ENCRYPTION_KEYS = f"{ring[1]},{ring[0]}"

    def rotated(**options: Any) -> RotationReport:
        return next(one for one in rotate(actor=Actor(None, "test"), **options) if one.table == "mfa_authenticator")

    assert (rotated(dry_run=True).resealed, SECOND_FACTORS.key_ids()) == (2, {"2025": 2})
    assert (rotated().resealed, SECOND_FACTORS.key_ids(), rotated().resealed) == (2, {"2026": 2}, 0)

    settings.ENCRYPTION_KEYS = ring[1]  # the old key is gone
    assert RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).get_unused_codes() == codes
    give_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert is_in(client)


# --- Once more before what matters


class Screen:
    """A screen with a view that is a method."""

    @method_decorator(recent_sign_in_required)
    def approve(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"approved {request.POST.get('note', '')}")


@pytest.fixture
def _approving(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("approve/", Screen().approve)])
    settings.ROOT_URLCONF = tuple(urls.urlpatterns)


@pytest.mark.usefixtures("_approving")
def test_who_signed_in_long_ago_signs_in_again_and_what_they_sent_is_sent_on(
    client: Client, person: User, settings: Any
) -> None:
    secret = enrol(person)
    client.force_login(person)
    assert client.post("/approve/", {"note": "yes"}).content == b"approved yes"

    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.RECENT_SIGN_IN_SECONDS + 1
    session.save()
    asked = client.post("/approve/", {"note": "yes"})
    assert asked.status_code == 302
    assert "/reauthenticate/" in asked["Location"]

    refused = client.post(reverse("mfa_reauthenticate"), {"code": "000000", "next": "/approve/"})
    assert b"approved" not in refused.content
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code(secret), "next": "/approve/"})
    assert answer.content == b"approved yes"
    assert client.post("/approve/", {"note": "again"}).content == b"approved again"
