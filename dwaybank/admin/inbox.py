"""A person's inbox: what they were told, and how they want to be told. Everybody sees their own and nobody else's."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dwaybank.admin import display
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.enums import MailMode
from dwaybank.models import Notification, NotificationSetting, User
from dwaybank.notifications import kind_named, kinds_for

_PAGE: Final = 50
_MAX_COUNTED: Final = 99
_HOURS: Final = [(hour, f"{hour}:00") for hour in range(24)]


class NotificationSettingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's own settings."""

    digest_hour = forms.TypedChoiceField(label=_("Hour of the daily mail"), choices=_HOURS, coerce=int)
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"),
        choices=[("", _("no quiet hours")), *_HOURS],
        coerce=int,
        empty_value=None,
        required=False,
    )
    quiet_until = forms.TypedChoiceField(
        label=_("until"), choices=[("", "\u2013"), *_HOURS], coerce=int, empty_value=None, required=False
    )
    muted_kinds = forms.MultipleChoiceField(
        label=_("Never by mail"),
        help_text=_("Still in the inbox."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = NotificationSetting
        fields = ("mail_mode", "digest_hour", "quiet_from", "quiet_until", "muted_kinds")
        widgets = {"mail_mode": forms.RadioSelect}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mail_mode"].choices = MailMode.choices  # type: ignore[attr-defined]
        # only of what the person may be told at all
        kinds = [(kind.name, kind.label) for kind in kinds_for(self.instance.person)]
        if kinds:
            self.fields["muted_kinds"].choices = kinds  # type: ignore[attr-defined]
        else:
            del self.fields["muted_kinds"]


def _setting_of(person: User) -> NotificationSetting:
    """What the person chose, or what holds as long as they chose nothing."""
    stored = NotificationSetting.objects.filter(person=person).first()
    if stored is not None:
        return stored
    held = {name: NotificationSetting._meta.get_field(name).db_default for name in ("mail_mode", "digest_hour")}  # type: ignore[union-attr]
    return NotificationSetting(person=person, muted_kinds=[], **held)


@require_GET
def inbox_view(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first, unread ones marked."""
    person = acting_person(request)
    rows = list(Notification.objects.filter(recipient=person).order_by("-created_at", "pk")[: _PAGE + 1])
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": gettext("Inbox"),
        "rows": [
            {"row": row, "when": display.moment(row.created_at, now), "kind": _label(row.kind)} for row in rows[:_PAGE]
        ],
        "is_cut": len(rows) > _PAGE,
        "has_unread": any(row.read_at is None for row in rows),
    }
    return TemplateResponse(request, "admin/inbox/inbox.html", context)


def _label(kind: str) -> str:
    known = kind_named(kind)
    return str(known.label) if known else gettext("Other news")


@require_POST
def open_view(request: HttpRequest, pk: str) -> HttpResponse:
    """Mark as read and go to what it is about."""
    if (identifier := as_uuid(pk)) is None:
        raise Http404
    row = get_object_or_404(Notification, pk=identifier, recipient=acting_person(request))
    Notification.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=timezone.now())
    return HttpResponseRedirect(row.url)


@require_POST
def read_all_view(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = Notification.objects.filter(recipient=acting_person(request), read_at__isnull=True).update(
        read_at=timezone.now()
    )
    messages.success(
        request, ngettext("%(n)s line marked as read.", "%(n)s lines marked as read.", count) % {"n": count}
    )
    return HttpResponseRedirect(reverse("admin:inbox"))


@require_GET
def count_view(request: HttpRequest) -> JsonResponse:
    """How many are unread, counted to 99: ``{"unread": 3}``. Asked by the bell in the header."""
    unread = Notification.objects.filter(recipient=acting_person(request), read_at__isnull=True)
    return JsonResponse({"unread": unread[: _MAX_COUNTED + 1].count()}, headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "POST"])
def settings_view(request: HttpRequest) -> HttpResponse:
    """When mails come, and of what."""
    person = acting_person(request)
    form = NotificationSettingForm(request.POST or None, instance=_setting_of(person))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Your settings are saved."))
        return HttpResponseRedirect(reverse("admin:inbox"))
    context = {**admin.site.each_context(request), "title": gettext("Settings of your inbox"), "form": form}
    return TemplateResponse(request, "admin/inbox/settings.html", context)


def inbox_urls(site: admin.AdminSite) -> list[URLPattern]:
    """Addresses of the inbox, below the admin's own."""
    return [
        path("inbox/", site.admin_view(inbox_view), name="inbox"),
        path("inbox/count/", site.admin_view(count_view), name="inbox_count"),
        path("inbox/read/", site.admin_view(read_all_view), name="inbox_read_all"),
        path("inbox/settings/", site.admin_view(settings_view), name="inbox_settings"),
        path("inbox/<str:pk>/open/", site.admin_view(open_view), name="inbox_open"),
    ]
