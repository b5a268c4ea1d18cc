"""``/webhooks/<bank>/<id>/``."""

from django.urls import path

from integrations.webhooks.views import deliver

urlpatterns = [path("<slug:bank>/<uuid:webhook_id>/", deliver, name="webhook")]
