"""Each person's language: chosen in the header, kept with the person, used for screens, news and mails."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from dwaybank import l10n
from dwaybank.admin.display import money
from dwaybank.models import AuditEvent, Notification, User
from dwaybank.notifications import NotificationKind, deliver_mail, notify, register_kind
from dwaybank.translation import filled
from tests.factories import UserFactory

CHOOSE = "/accounts/language/"
NEWS = register_kind(NotificationKind("assigned", "Assigned to you"))
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr-CA,fr;q=0.9,en;q=0.5"}


def language_of(client: Client, **headers: str) -> str:
    html = client.get(reverse("account_login"), **headers).content.decode()  # type: ignore[arg-type]
    return html.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.django_db
def test_before_the_sign_in_the_browser_decides_and_then_its_cookie() -> None:
    client = Client()
    assert language_of(client) == "en-ca"
    assert language_of(client, **FRENCH) == "fr-ca"

    answer = client.post(CHOOSE, {"language": "fr-ca", "next": reverse("account_login")})

    assert answer["Location"] == reverse("account_login")
    assert language_of(client) == "fr-ca"


@pytest.mark.django_db
def test_a_person_keeps_their_language_and_the_audit_knows() -> None:
    person: User = UserFactory.create(staff=True, is_superuser=True)
    client = Client()
    client.force_login(person)

    client.post(CHOOSE, {"language": "fr-ca", "next": "/admin/"})

    person.refresh_from_db()
    assert person.language == "fr-ca"
    assert AuditEvent.objects.filter(table_name="users", actor_id=person.pk, changed_columns=["language"]).exists()
    elsewhere = Client()
    elsewhere.force_login(person)
    page = elsewhere.get("/admin/")
    assert '<html lang="fr-ca"' in page.content.decode()
    assert page["Content-Language"] == "fr-ca"


@pytest.mark.django_db
def test_a_stranger_language_is_refused_and_nobody_is_led_elsewhere() -> None:
    client = Client()

    assert client.post(CHOOSE, {"language": "la"}).status_code == 400
    assert client.get(CHOOSE).status_code == 405
    answer = client.post(CHOOSE, {"language": "fr-ca", "next": "https://evil.example/"})
    assert answer["Location"] == reverse("admin:index")


@pytest.mark.django_db
def test_news_and_mails_are_in_the_language_of_each_recipient() -> None:
    ada: User = UserFactory.create(staff=True, full_name="Ada Roy")
    luc: User = UserFactory.create(staff=True, full_name="Luc Roy", language="fr-ca")

    subject = filled(gettext_lazy("%(bank)s: a customer has to connect again"), bank="RBC")
    notify(kind=NEWS, recipients=[ada, luc], subject=subject, url="/admin/", dedupe_key="a")
    deliver_mail(now=datetime(2026, 11, 26, 18, tzinfo=UTC))

    said = dict(Notification.objects.values_list("recipient__full_name", "subject"))
    assert said["Ada Roy"] == "RBC: a customer has to connect again"
    assert said["Luc Roy"] == "RBC\u00a0: un client doit se reconnecter"
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "1 thing waits for you" in bodies[ada.email]
    assert "1 élément vous attend" in bodies[luc.email]


def test_money_dates_and_figures_as_each_language_writes_them() -> None:
    written = {}
    for code in ("en-ca", "fr-ca"):
        with translation.override(code):
            written[code] = [
                l10n.money_text(Decimal("-1234.5"), "CAD"),
                l10n.money_text(Decimal("1234.5"), "USD", signed=True),
                l10n.money_text(Decimal("7"), "CHF"),
                l10n.number_text(1234567),
                l10n.percent_text(Decimal("0.975"), 1),
                l10n.day_text(date(2026, 11, 26)),
                l10n.day_text(date(2026, 12, 1)),
                l10n.moment_text(datetime(2026, 11, 26, 19, 30, tzinfo=UTC)),
            ]
    assert written["en-ca"] == [
        "-$1,234.50",
        "+US$1,234.50",
        "CHF\u00a07.00",
        "1,234,567",
        "97.5%",
        "November 26, 2026",
        "December 1, 2026",
        "2026-11-26 14:30",
    ]
    assert [text.replace("\u00a0", "_") for text in written["fr-ca"]] == [
        "-1_234,50_$",
        "+1_234,50_$_US",
        "7,00_CHF",
        "1_234_567",
        "97,5_%",
        "26 novembre 2026",
        "1er décembre 2026",
        "2026-11-26 14_h_30",
    ]


def test_an_amount_on_a_screen_follows_the_language() -> None:
    with translation.override("fr-ca"):
        assert str(money(Decimal("12.34"), "CAD")) == '<span class="money flat">12,34\u00a0$</span>'
