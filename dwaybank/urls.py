"""Routes: the admin, the pages of signing in, and the two doors of bank integration: webhooks, and the way back from a
bank's consent."""

from allauth.account import views as account
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView

from dwaybank import health
from dwaybank.language import choose_language


def not_here(request: HttpRequest) -> HttpResponse:
    """Addresses that the sign-in library names and this site does not have: nobody signs up."""
    raise Http404


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/language/", choose_language, name="choose_language"),
    path("accounts/signup/", not_here, name="account_signup"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("webhooks/", include("integrations.webhooks.urls")),
    path("connect/", include("integrations.connecting.urls")),
]
