"""Flinks as a connector: Connect for consent, then authorize, wait while it collects, and read the whole window.

Source: docs.flinks.com. A login id does not end, but the data behind it is kept for 90 days after the last live call.
There is no pending flag and no cursor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

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
    Window,
)
from integrations.banks.flinks import reading
from integrations.banks.flinks.settings import FlinksSettings
from integrations.banks.http import Answer, BankHttp, wrong_typed
from integrations.banks.registry import CONNECTOR_KEY
from integrations.banks.rows import BANK_TIME, RowReader
from integrations.enums import Bank, ConnectionType, ErrorOwner, ErrorType
from integrations.feeds.contract import FeedBalance

_LOGIN: Final = "login_id"
_AUTHORISATION_LASTS: Final = timedelta(minutes=30)
_SHORT_WINDOW: Final = 90
_NEEDS_CUSTOMER: Final = 203


class FlinksConnector:
    """Flinks, for every bank it reaches."""

    connector_id = "flinks"
    connection_type = ConnectionType.AGGREGATION
    bank_id: str = Bank.AGGREGATION.value
    bank_name = "Flinks"
    listing = Listing.WINDOW
    lists_pending = False

    def __init__(self, settings: FlinksSettings, http: BankHttp | None = None) -> None:
        self._settings = settings
        self._http = http or BankHttp("Flinks", owner=ErrorOwner.AGGREGATOR)

    # --- Consent

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        """Flinks Connect; it comes back to ``redirect_uri`` with ``state`` and a login id in its query."""
        back = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode({'state': state})}"
        url = f"{self._settings.connect_url}?{urlencode({'redirectUrl': back, 'tag': state})}"
        return Authorisation(url, state, {}, now + _AUTHORISATION_LASTS)

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Grant:
        """The login id that came back, proved by a session. Raises BankError where there is none."""
        if not (login := callback.get("loginId", "")):
            raise BankError(
                "The customer left Flinks without connecting a bank.",
                error_type=ErrorType.AUTHENTICATION,
                owner=ErrorOwner.CUSTOMER,
                code="access_denied",
                temporary=False,
                reconnect=True,
            )
        credentials = {CONNECTOR_KEY: Secret(self.connector_id), _LOGIN: Secret(login)}
        self._session(Access(credentials), cached=True)
        return Grant(None, None, None, credentials, (), Consent(ConsentStatus.ACTIVE, given_at=now))

    def refresh(self, access: Access, *, now: datetime) -> Grant | None:
        """Nothing: a login id does not end."""
        return None

    def consent(self, access: Access, *, now: datetime) -> Consent:
        """Active as long as the login id opens a session; Flinks tells no end."""
        try:
            self._session(access, cached=True)
        except BankError as error:
            if not error.reconnect:
                raise
            return Consent(ConsentStatus.REVOKED)
        return Consent(ConsentStatus.ACTIVE)

    def revoke(self, access: Access) -> None:
        """Delete the login and its data; one that is gone already is no error."""
        answer = self._call("DELETE", f"/DeleteCard/{quote(_login(access), safe='')}", None)
        if answer.status not in (200, 204, 401, 404):
            raise self._refused(answer)

    # --- Data

    def accounts(self, access: Access, *, now: datetime) -> Sequence[BankAccount]:
        """Every account, from what Flinks has."""
        answer = self._details(access, _SHORT_WINDOW, cached=True)
        return [account for account, _ in reading.accounts(answer.object(), answer, now.astimezone(BANK_TIME).date())]

    def balances(self, access: Access, *, now: datetime) -> Mapping[str, tuple[FeedBalance, ...]]:
        """Balances as Flinks reads them now."""
        answer = self._details(access, _SHORT_WINDOW, cached=False)
        found = reading.accounts(answer.object(), answer, now.astimezone(BANK_TIME).date())
        return {account.external_account_id: account.balances for account, _ in found}

    def fetch(self, access: Access, request: FetchRequest) -> Iterator[FetchPage]:
        """One page per account, from one live collection."""
        today = request.now.astimezone(BANK_TIME).date()
        days = (today - request.window.first).days
        answer = self._details(access, days, cached=False)
        window = Window(max(request.window.first, today - timedelta(days=_reach(days))), request.window.last)
        reader = RowReader()
        none = True
        for account, row in reading.accounts(answer.object(), answer, today):
            if not request.accounts or account.external_account_id in request.accounts:
                none = False
                yield reading.page(account, row, window, reader, answer)
        if none:
            yield FetchPage()

    # --- Calls

    def _session(self, access: Access, *, cached: bool) -> str:
        """A session's RequestId. ``cached``: what Flinks has will do."""
        answer = self._call("POST", "/Authorize", {"LoginId": _login(access), "MostRecentCached": cached, "Save": True})
        if answer.status != httpx.codes.OK:
            raise self._refused(answer)
        return self._request_id(answer)

    def _details(self, access: Access, days: int, *, cached: bool) -> Answer:
        """The accounts with their rows, waited for as long as the settings allow."""
        session = self._session(access, cached=cached)
        body = {"RequestId": session, "WithTransactions": True, "DaysOfTransactions": f"Days{_reach(days)}"}
        answer = self._call("POST", "/GetAccountsDetail", body)
        waited = 0.0
        while answer.status == httpx.codes.ACCEPTED and waited < self._settings.poll_limit:
            self._http.pause(self._settings.poll_seconds)
            waited += self._settings.poll_seconds
            answer = self._call("GET", f"/GetAccountsDetailAsync/{quote(session, safe='')}", None)
        if answer.status == httpx.codes.ACCEPTED:
            raise BankError(
                f"Flinks is still collecting after {waited:.0f} seconds.",
                error_type=ErrorType.TIMEOUT,
                owner=ErrorOwner.AGGREGATOR,
                code="still_collecting",
                temporary=True,
                retry_after=timedelta(minutes=2),
                http_status=answer.status,
                interaction_id=answer.interaction_id,
            )
        if answer.status != httpx.codes.OK:
            raise self._refused(answer)
        return answer

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Answer:
        return self._http.call(
            method,
            f"{self._settings.base_url}{path}",
            repeatable=True,
            headers={"flinks-auth-key": self._settings.auth_key.reveal(), "Content-Type": "application/json"},
            content=None if body is None else json.dumps(body).encode(),
            readable=lambda a: a.object(),
        )

    def _request_id(self, answer: Answer) -> str:
        session = rows.loose_text(answer.object(), "RequestId")
        if not session:
            raise wrong_typed("the RequestId", "a text", answer)
        return session

    def _refused(self, answer: Answer) -> BankError:
        """What a status other than 200 and 202 means at Flinks."""
        document = answer.object()
        said = document.get("FlinksCode")
        code = said if isinstance(said, str) and said in _CODES else ""
        if answer.status == _NEEDS_CUSTOMER:
            code = "SECURITY_CHALLENGE"
        error_type, owner, message, temporary, reconnect = _CODES.get(code, _OTHER)
        return BankError(
            f"Flinks: {message} (HTTP {answer.status}).",
            error_type=error_type,
            owner=owner,
            code=code.lower() or "request_refused",
            temporary=temporary,
            reconnect=reconnect,
            http_status=answer.status,
            interaction_id=answer.interaction_id,
        )


_SIGN_IN: Final = (ErrorType.AUTHENTICATION, ErrorOwner.CUSTOMER, "the customer has to connect again", False, True)
_CODES: Final[dict[str, tuple[ErrorType, ErrorOwner, str, bool, bool]]] = {
    "INVALID_LOGIN": _SIGN_IN,
    "INVALID_USERNAME": _SIGN_IN,
    "INVALID_PASSWORD": _SIGN_IN,
    "DISABLED_LOGIN": _SIGN_IN,
    "SECURITY_CHALLENGE": (
        ErrorType.AUTHENTICATION,
        ErrorOwner.CUSTOMER,
        "the bank asks the customer a question; the customer has to connect again",
        False,
        True,
    ),
    "UNAUTHORIZED": (ErrorType.AUTHENTICATION, ErrorOwner.US, "our key is refused: check it", False, False),
    "SESSION_NONEXISTENT": (ErrorType.VALIDATION, ErrorOwner.AGGREGATOR, "the session is gone", True, False),
    "SESSION_EXPIRED": (ErrorType.VALIDATION, ErrorOwner.AGGREGATOR, "the session is gone", True, False),
    "AGGREGATION_ERROR": (ErrorType.SERVER_ERROR, ErrorOwner.BANK, "the bank could not be read", True, False),
    "UNDER_MAINTENANCE": (ErrorType.SERVER_ERROR, ErrorOwner.BANK, "the bank is under maintenance", True, False),
    "CONCURRENT_SESSION": (
        ErrorType.SERVER_ERROR,
        ErrorOwner.AGGREGATOR,
        "another session reads this login already",
        True,
        False,
    ),
}
_OTHER: Final = (ErrorType.VALIDATION, ErrorOwner.AGGREGATOR, "our request is refused", False, False)


def _login(access: Access) -> str:
    if _LOGIN not in access.credentials:
        raise BankError(
            "This connection holds no Flinks login. Connect again.",
            error_type=ErrorType.AUTHENTICATION,
            owner=ErrorOwner.CUSTOMER,
            code="no_login",
            temporary=False,
            reconnect=True,
        )
    return access.credentials[_LOGIN].reveal()


def _reach(days: int) -> int:
    """What Flinks is asked for: 90 or 365 days."""
    return 90 if days <= _SHORT_WINDOW else 365
