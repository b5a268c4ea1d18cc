"""``/connect/callback/``: where banks send customers back to."""

from django.urls import path

from integrations.connecting.views import callback

urlpatterns = [path("callback/", callback, name="connect-callback")]
