"""The address of a webhook. No session, no cookie, no form: the signature is the credential."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from integrations.webhooks.receiving import MAX_BODY, answer_challenge, receive


@csrf_exempt
@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, bank: str, webhook_id: UUID) -> HttpResponse:
    """A delivery (POST), or the bank's question whether this address is ours (GET)."""
    now = timezone.now()
    if request.method == "GET":
        echo = answer_challenge(
            bank=bank,
            webhook_id=webhook_id,
            token=request.GET.get("token", ""),
            challenge=request.GET.get("challenge", ""),
            now=now,
        )
        return _text(404, "unknown") if echo is None else _text(200, echo)
    body, size = _bounded_body(request)
    reply = receive(
        bank=bank,
        webhook_id=webhook_id,
        body=body,
        size=size,
        headers=request.headers,
        now=now,
    )
    return _text(reply.status, reply.text)


def _bounded_body(request: HttpRequest) -> tuple[bytes | None, int]:
    """The raw bytes and their number; None for more than the limit, of which no more than that is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    size = int(announced) if announced.isascii() and announced.isdigit() else 0
    if size > MAX_BODY:
        return None, size
    body = request.read(MAX_BODY + 1)
    return (None, len(body)) if len(body) > MAX_BODY else (body, len(body))


def _text(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
