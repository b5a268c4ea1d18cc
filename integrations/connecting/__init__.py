"""A connection's life beside its syncs: made by the customer's consent, paused, resumed, disconnected, made anew."""

from integrations.connecting.consent import begin, complete
from integrations.connecting.life import disconnect, pause, resume
from integrations.connecting.webhooks import NewWebhook, make_webhook

__all__ = ["NewWebhook", "begin", "complete", "disconnect", "make_webhook", "pause", "resume"]
