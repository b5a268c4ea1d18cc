"""Plaid as a connector: Hosted Link for consent, /transactions/sync for rows.

Source: plaid/plaid-openapi 2020-09-14. An access token does not end; a consent may (``consent_expiration_time``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from dwaybank.secrets import Secret
from integrations.banks import rows
from integrations.banks.contract import (
    Access,
    Authorisation,
    BankAccount,
    BankError,
    Consent,
    ConsentStatus,
    FetchPage,
    FetchRequest,
    Grant,
    Listing,
)
from integrations.banks.http import Answer, BankHttp, wrong_typed
from integrations.banks.plaid import reading
from integrations.banks.plaid.errors import MUTATION, plaid_error
from integrations.banks.plaid.settings import PlaidSettings
from integrations.banks.registry import CONNECTOR_KEY
from integrations.banks.rows import BANK_TIME
from integrations.enums import Bank, ConnectionType, ErrorOwner, ErrorType
from integrations.feeds.contract import FeedBalance

_LINK_TOKEN: Final = "link_token"  # noqa: S105 - the name of a field
_ITEM: Final = "item_id"
_RESTARTS: Final = 4
_MOST_PAGES: Final = 2000
_AUTHORISATION_LASTS: Final = timedelta(hours=4)
_GONE: Final = frozenset({"invalid_access_token", "item_not_found"})


class PlaidConnector:
    """Plaid, for every bank it reaches."""

    connector_id = "plaid"
    connection_type = ConnectionType.AGGREGATION
    bank_id: str = Bank.AGGREGATION.value
    bank_name = "Plaid"
    listing = Listing.CHANGES
    lists_pending = True

    def __init__(self, settings: PlaidSettings, http: BankHttp | None = None) -> None:
        self._settings = settings
        self._http = http or BankHttp("Plaid", owner=ErrorOwner.AGGREGATOR)

    # --- Consent

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        """A Hosted Link session; it comes back to ``redirect_uri`` with ``state`` in its query."""
        back = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}state={state}"
        asked: dict[str, Any] = {
            "client_name": "DwayBank",
            "language": "en",
            "country_codes": ["CA"],
            "products": ["transactions"],
            "user": {"client_user_id": state},
            "hosted_link": {"completion_redirect_uri": back},
        }
        if self._settings.webhook_url:
            asked["webhook"] = self._settings.webhook_url
        answer = self._post("/link/token/create", asked)
        url, token = (_text(answer, name) for name in ("hosted_link_url", _LINK_TOKEN))
        return Authorisation(url, state, {_LINK_TOKEN: Secret(token)}, now + _AUTHORISATION_LASTS)

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Grant:
        """The item that came of the link session. Raises BankError where the customer left without one."""
        if _LINK_TOKEN not in kept:
            raise BankError(
                "The link session is not known any more. Begin the connection again.",
                error_type=ErrorType.VALIDATION,
                owner=ErrorOwner.US,
                code="no_link_session",
                temporary=False,
            )
        public_token = _public_token(self._post("/link/token/get", {_LINK_TOKEN: kept[_LINK_TOKEN].reveal()}))
        answer = self._post("/item/public_token/exchange", {"public_token": public_token}, repeatable=False)
        access_token, item = (Secret(_text(answer, name)) for name in ("access_token", _ITEM))
        credentials = {CONNECTOR_KEY: Secret(self.connector_id), _ITEM: item}
        consent = self.consent(Access(credentials, access_token), now=now)
        return Grant(access_token, None, None, credentials, ("transactions",), consent)

    def refresh(self, access: Access, *, now: datetime) -> Grant | None:
        """Nothing: these tokens do not end."""
        return None

    def consent(self, access: Access, *, now: datetime) -> Consent:
        """What the item says of itself."""
        answer = self._post("/item/get", _token(access))
        item = answer.object().get("item")
        if not isinstance(item, Mapping):
            raise wrong_typed("the item", "an object", answer)
        failed = item.get("error")
        code = failed.get("error_code") if isinstance(failed, Mapping) else None
        ends = rows.instant(item, "consent_expiration_time")
        status = ConsentStatus.ACTIVE
        if code in ("USER_PERMISSION_REVOKED", "ITEM_NOT_FOUND"):
            status = ConsentStatus.REVOKED
        elif ends is not None and ends <= now:
            status = ConsentStatus.EXPIRED
        return Consent(status, consent_id=rows.loose_text(item, _ITEM), expires_at=ends)

    def revoke(self, access: Access) -> None:
        """Remove the item; one that is gone already is no error."""
        try:
            self._post("/item/remove", _token(access))
        except BankError as error:
            if error.code not in _GONE:
                raise

    # --- Data

    def accounts(self, access: Access, *, now: datetime) -> Sequence[BankAccount]:
        """Every account of the item."""
        answer = self._post("/accounts/get", _token(access))
        return reading.accounts(answer.object(), answer, now.astimezone(BANK_TIME).date())

    def balances(self, access: Access, *, now: datetime) -> Mapping[str, tuple[FeedBalance, ...]]:
        """Balances asked of the bank itself, not Plaid's cache."""
        answer = self._post("/accounts/balance/get", _token(access))
        found = reading.accounts(answer.object(), answer, now.astimezone(BANK_TIME).date())
        return {account.external_account_id: account.balances for account in found}

    def fetch(self, access: Access, request: FetchRequest) -> Iterator[FetchPage]:
        """One page with the whole update since the cursor.

        When the data changes between pages Plaid refuses the rest: the update is read again from its first cursor.
        """
        today = request.now.astimezone(BANK_TIME).date()
        for attempt in range(1, _RESTARTS + 1):
            update = reading.UpdateReader()
            try:
                cursor = self._take_pages(access, request.cursor or "", update, today)
            except BankError as error:
                if error.code != MUTATION.lower() or attempt == _RESTARTS:
                    raise
                continue
            yield update.page(cursor)
            return

    def _take_pages(self, access: Access, cursor: str, update: reading.UpdateReader, today: Any) -> str:
        """Read every page behind ``cursor``; the cursor behind the last one."""
        for _ in range(_MOST_PAGES):
            answer = self._post(
                "/transactions/sync",
                {
                    **_token(access),
                    "cursor": cursor,
                    "count": self._settings.page_size,
                    "options": {"include_original_description": True},
                },
                readable=_next,
            )
            update.take(answer.object(), answer, today)
            following, more = _next(answer)
            if not more:
                return following
            if following == cursor:
                break
            cursor = following
        raise BankError(
            "Plaid lists pages without end.",
            error_type=ErrorType.VALIDATION,
            owner=ErrorOwner.AGGREGATOR,
            code="pages_without_end",
            temporary=True,
        )

    # --- Webhooks

    def webhook_key(self, key_id: str) -> Mapping[str, Any]:
        """The public key (JWK) of that id, for ``webhooks.PlaidKeys``. Raises BankError."""
        answer = self._post("/webhook_verification_key/get", {"key_id": key_id})
        key = answer.object().get("key")
        if not isinstance(key, Mapping):
            raise wrong_typed("the key", "an object", answer)
        return key

    # --- Calls

    def _post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        repeatable: bool = True,
        readable: Callable[[Answer], object] = Answer.object,
    ) -> Answer:
        """Every Plaid call is a POST with our keys in it; all but the exchange may be repeated."""
        keys = {"client_id": self._settings.client_id, "secret": self._settings.secret.reveal()}
        answer = self._http.call(
            "POST",
            f"{self._settings.base_url}{path}",
            repeatable=repeatable,
            headers={"Content-Type": "application/json"},
            content=json.dumps({**keys, **body}).encode(),
            readable=readable,
        )
        if answer.status != httpx.codes.OK:
            raise plaid_error(answer)
        return answer


def _token(access: Access) -> dict[str, str]:
    return {"access_token": access.access_token.reveal() if access.access_token else ""}


def _text(answer: Answer, name: str) -> str:
    value = answer.object().get(name)
    if not isinstance(value, str) or not value:
        raise wrong_typed(name, "a text", answer)
    return value


def _next(answer: Answer) -> tuple[str, bool]:
    """(the cursor behind this page, whether there are more pages)."""
    more = answer.object().get("has_more")
    if not isinstance(more, bool):
        raise wrong_typed("has_more", "true or false", answer)
    return _text(answer, "next_cursor"), more


def _public_token(answer: Answer) -> str:
    """The public token of the first item that a link session added."""
    sessions = answer.object().get("link_sessions")
    for session in sessions if isinstance(sessions, list) else []:
        results = session.get("results") if isinstance(session, Mapping) else None
        added = results.get("item_add_results") if isinstance(results, Mapping) else None
        for one in added if isinstance(added, list) else []:
            if isinstance(one, Mapping) and isinstance(one.get("public_token"), str):
                return str(one["public_token"])
    raise BankError(
        "The customer left Plaid without connecting a bank.",
        error_type=ErrorType.AUTHENTICATION,
        owner=ErrorOwner.CUSTOMER,
        code="access_denied",
        temporary=False,
        reconnect=True,
        interaction_id=answer.interaction_id,
    )
