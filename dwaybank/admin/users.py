"""People: who they are, whether they may enter, and which roles they have. Nobody is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from dwaybank.actor import acting_as
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.forms import ReasonForm
from dwaybank.admin.history import MAX_ENTRIES, HistoryEntry
from dwaybank.admin.person_history import person_history
from dwaybank.models import User
from dwaybank.reauth import ensure_recent_sign_in
from dwaybank.sign_in.resetting import ResetRefused, reset_second_factor
from dwaybank.translation import Text, translated


class UserForm(ReasonForm):
    """Name, entry and roles of a person. The password has its own page."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_active", "is_staff", "groups")

    def clean_email(self) -> str:
        """Sign-in ignores how an address is cased, so that one person has one."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewUserForm(UserForm, AdminUserCreationForm):
    """A new person, with a first password or without one: then nobody can sign in as them."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_staff", "groups")


def role_name(role: Any) -> str:
    """A role in the reader's language."""
    return str(translated(role.name))


@admin.register(User)
class UserScreen(BackOfficeModelAdmin):
    """People and their roles. Superusers are made on the command line and changed by superusers only."""

    can_add = True
    editable_fields = ("email", "full_name", "is_active", "is_staff", "groups")
    form = UserForm
    change_password_form = UserAdmin.change_password_form
    change_user_password_template = None

    list_display = (
        "email",
        "full_name",
        columns.yes_or_no(
            "is_active", label=gettext_lazy("active"), yes=gettext_lazy("Active"), no=gettext_lazy("Deactivated")
        ),
        columns.flag(
            "is_staff",
            label=gettext_lazy("back office"),
            yes=gettext_lazy("Staff"),
            tone=Tone.INFO,
            no=gettext_lazy("Customer only"),
        ),
        columns.flag("is_superuser", label=gettext_lazy("superuser"), yes=gettext_lazy("Superuser"), tone=Tone.WARNING),
        columns.time("last_login", label=gettext_lazy("last sign-in")),
    )
    list_filter = ("is_active", "is_staff", "is_superuser")
    ordering = ("email",)
    sortable_by = ("email",)
    email_search = ("email",)
    search_help_text = gettext_lazy("A whole e-mail address or an id.")
    sections = (
        ("", ("email", "full_name")),
        (
            gettext_lazy("Entry"),
            (
                "is_active",
                "is_staff",
                columns.flag(
                    "is_superuser", label=gettext_lazy("superuser"), yes=gettext_lazy("Superuser"), tone=Tone.WARNING
                ),
                "groups",
            ),
        ),
        (
            gettext_lazy("Times"),
            (
                columns.time("last_login", label=gettext_lazy("last sign-in")),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )
    add_sections = (
        ("", ("email", "full_name", "is_staff", "groups")),
        (gettext_lazy("Password"), ("usable_password", "password1", "password2")),
    )

    def get_history(self, request: HttpRequest, row: Any) -> list[HistoryEntry]:
        """With the roles and second factors that were given and taken."""
        entries = [*super().get_history(request, row), *person_history(row)]
        return sorted(entries, key=lambda one: one.when, reverse=True)[:MAX_ENTRIES]

    def get_urls(self) -> list[URLPattern]:
        """With the pages that set a password and reset a second factor."""
        change_password = path(
            "<id>/password/",
            self.admin_site.admin_view(self.user_change_password),
            name="auth_user_password_change",
        )
        second_factor = path(
            "<id>/second-factor/",
            self.admin_site.admin_view(self.second_factor),
            name="dwaybank_user_second_factor",
        )
        return [change_password, second_factor, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is changed by superusers only: else keeping people would be having every right."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or bool(getattr(request.user, "is_superuser", False)))

    def get_sections(self, row: Any) -> Any:
        """A new person also gets a password."""
        return self.sections if row else self.add_sections

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """The form of a new person has a password."""
        if obj is None:
            options["form"] = NewUserForm
        return super().get_form(request, obj, change, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody changes their own roles or entry: another person does."""
        if obj is None:
            return ()
        own = ("is_active", "is_staff", "groups") if obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Roles by name."""
        options["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **options)
        if isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.order_by("name")
            field.label_from_instance = role_name  # type: ignore[assignment]
            field.label, field.help_text = _("Roles"), ""
        return field

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """The password has its own page, and so has a lost second factor of somebody else."""
        if not self.has_change_permission(request, row):
            return []
        links = [(_("Set password"), reverse("admin:auth_user_password_change", args=[row.pk]))]
        if row.is_staff and row.pk != request.user.pk:
            links.append((_("Second factor"), reverse("admin:dwaybank_user_second_factor", args=[row.pk])))
        return links

    def second_factor(self, request: HttpRequest, id: str) -> HttpResponse:
        """What somebody signs in with; POST takes it away, for a reason."""
        person = self.get_object(request, id)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if person is None:
            return self.not_found(request, id)
        if request.method == "POST":
            ensure_recent_sign_in(request)
            try:
                actor = self.actor(request, request.POST.get("reason", "").strip()[:500])
                reset_second_factor(person=person, actor=actor)
            except ResetRefused as refusal:
                messages.error(request, str(refusal))
                return HttpResponseRedirect(request.path)
            messages.success(request, _("The second factor is reset and the password is void: set a new one now."))
            return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[person.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Second factor"),
            "opts": self.opts,
            "person": person,
            "factors": Authenticator.objects.filter(user_id=person.pk).defer("data").order_by("created_at"),
        }
        return TemplateResponse(request, "admin/dwaybank/user/second_factor.html", context)

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Who may enter, and with which roles, is settled by who signed in just now."""
        if request.method == "POST":
            ensure_recent_sign_in(request)
        return super().changeform_view(request, *args, **options)

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page, in a transaction that names the actor."""
        user = self.get_object(request, id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            ensure_recent_sign_in(request)
        with acting_as(self.actor(request, "Password set by an administrator")):
            return UserAdmin.user_change_password(self, request, id, form_url)  # type: ignore[arg-type]
