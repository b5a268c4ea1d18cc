"""A bank's FDX API as a connector: consent by OAuth, then accounts, balances and transactions in windows.

Source: FDX Core Exchange 6 and 5 (v5 wraps each row by its category; both are told apart row by row). There is no
cursor: a window is read again and the import tells new rows from known ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from dwaybank.secrets import Secret
from integrations.banks.contract import (
    Access,
    Authorisation,
    BankAccount,
    BankError,
    Consent,
    FetchPage,
    FetchRequest,
    Grant,
    Listing,
)
from integrations.banks.fdx import reading
from integrations.banks.fdx.settings import FdxSettings
from integrations.banks.http import Answer, BankHttp, same_origin, wrong_typed
from integrations.banks.oauth import BankOAuth, OAuthSettings, Tokens
from integrations.banks.rows import RowReader
from integrations.enums import ConnectionType, ErrorOwner, ErrorType
from integrations.feeds.contract import FeedBalance

_CONSENT_ID: Final = "consent_id"
# FDX returns the consent's id beside the tokens
_CONSENT_FIELD: Final = "fdxConsentId"
_MOST_PAGES: Final = 2000


class FdxConnector:
    """One bank that speaks FDX."""

    connection_type = ConnectionType.OAUTH
    listing = Listing.WINDOW
    lists_pending = True

    def __init__(self, settings: FdxSettings, http: BankHttp | None = None) -> None:
        self._settings = settings
        self.connector_id = f"fdx-{settings.bank.value}"
        self.bank_id: str = settings.bank.value
        self.bank_name: str = str(settings.bank.label)
        self._http = http or BankHttp(self.bank_name)
        self._oauth = BankOAuth(
            OAuthSettings(
                authorize_url=settings.authorize_url,
                token_url=settings.token_url,
                revoke_url=settings.revoke_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scopes=settings.scopes,
            ),
            self._http,
        )

    # --- Consent

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        """Where the customer consents."""
        return self._oauth.authorise(redirect_uri=redirect_uri, state=state, now=now)

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Grant:
        """Tokens and consent for a callback."""
        tokens = self._oauth.exchange(callback=callback, kept=kept, redirect_uri=redirect_uri, now=now)
        consent_id = tokens.extra.get(_CONSENT_FIELD)
        credentials = {_CONSENT_ID: Secret(consent_id)} if isinstance(consent_id, str) and consent_id else {}
        consent = self.consent(Access(credentials, tokens.access_token), now=now) if credentials else None
        return _grant(tokens, credentials, tokens.refresh_token, consent)

    def refresh(self, access: Access, *, now: datetime) -> Grant | None:
        """New tokens; None where the bank gave no refresh token. A bank that keeps the old one sends none."""
        if access.refresh_token is None:
            return None
        tokens = self._oauth.refresh(access.refresh_token, now=now)
        return _grant(tokens, access.credentials, tokens.refresh_token or access.refresh_token, None)

    def consent(self, access: Access, *, now: datetime) -> Consent:
        """The consent as the bank has it. Raises BankError where the connection does not know its consent."""
        url = f"{self._settings.base_url}/consents/{self._consent_id(access)}"
        answer = self._get(access, url, None, lambda answer: reading.consent(answer.object(), now, answer))
        return reading.consent(answer.object(), now, answer)

    def revoke(self, access: Access) -> None:
        """End the consent, then the refresh token: a bank without the consent API still loses the latter."""
        if _CONSENT_ID in access.credentials:
            url = f"{self._settings.base_url}/consents/{self._consent_id(access)}/revocation"
            body = b'{"reason": "USER_ACTION", "initiator": "DATA_RECIPIENT"}'
            answer = self._http.call(
                "PUT",
                url,
                repeatable=True,
                headers={**_bearer(access), "Content-Type": "application/json"},
                content=body,
            )
            if answer.status not in _GONE_OR_DONE:
                raise self._refused(answer)
        if access.refresh_token is not None:
            self._oauth.revoke(access.refresh_token)

    # --- Data

    def accounts(self, access: Access, *, now: datetime) -> Sequence[BankAccount]:
        """Every account of the consent, closed ones too."""
        found: list[BankAccount] = []
        for answer in self._pages(access, "/accounts", {}, "accounts"):
            found += reading.accounts(_rows(answer, "accounts"), answer, now)
        return found

    def balances(self, access: Access, *, now: datetime) -> Mapping[str, tuple[FeedBalance, ...]]:
        """The balances that stand on the accounts."""
        return {account.external_account_id: account.balances for account in self.accounts(access, now=now)}

    def fetch(self, access: Access, request: FetchRequest) -> Iterator[FetchPage]:
        """Rows account by account, page by page; the first page of an account has its balances."""
        reader = RowReader()
        none = True
        for account in self.accounts(access, now=request.now):
            if request.accounts and account.external_account_id not in request.accounts:
                continue
            path = f"/accounts/{quote(account.external_account_id, safe='')}/transactions"
            window = {"startTime": request.window.first.isoformat(), "endTime": request.window.last.isoformat()}
            pages = reading.AccountPages(account, request.window, reader)
            for answer in self._pages(access, path, window, "transactions"):
                none = False
                yield pages.read(_rows(answer, "transactions"))
        if none:
            yield FetchPage()

    # --- Calls

    def _pages(self, access: Access, path: str, params: Mapping[str, str], name: str) -> Iterator[Answer]:
        """Every page of the list ``name``: by ``links.next`` where the bank gives it, else by ``page.nextOffset``."""

        def readable(answer: Answer) -> None:
            _rows(answer, name)
            _next(answer)

        url: str = f"{self._settings.base_url}{path}"
        query: Mapping[str, str] | None = {**params, "limit": str(self._settings.page_size)}
        seen: set[str] = set()
        while len(seen) < _MOST_PAGES:
            answer = self._get(access, url, query, readable)
            yield answer
            link, offset = _next(answer)
            if not link and not offset:
                return
            if link and not same_origin(link, self._settings.base_url):
                raise wrong_typed("the link to the next page", "an address of the bank", answer)
            if (link or offset) in seen:
                break
            seen.add(link or offset)
            if link:
                url, query = link, None
            else:
                query = {**params, "limit": str(self._settings.page_size), "offset": offset}
        raise BankError(
            f"{self.bank_name} lists pages without end.",
            error_type=ErrorType.VALIDATION,
            owner=ErrorOwner.BANK,
            code="pages_without_end",
            temporary=True,
        )

    def _get(
        self,
        access: Access,
        url: str,
        params: Mapping[str, str] | None,
        readable: Callable[[Answer], object],
    ) -> Answer:
        answer = self._http.call("GET", url, repeatable=True, headers=_bearer(access), params=params, readable=readable)
        if answer.status != httpx.codes.OK:
            raise self._refused(answer)
        return answer

    def _consent_id(self, access: Access) -> str:
        if _CONSENT_ID not in access.credentials:
            raise BankError(
                f"{self.bank_name} gave no consent id with this connection, so its consent cannot be looked up.",
                error_type=ErrorType.VALIDATION,
                owner=ErrorOwner.BANK,
                code="consent_unknown",
                temporary=False,
            )
        return quote(access.credentials[_CONSENT_ID].reveal(), safe="")

    def _refused(self, answer: Answer) -> BankError:
        """What a status other than 200 means in FDX."""
        error_type, owner, code, reconnect, said = _STATUSES.get(answer.status, _UNEXPECTED)
        return BankError(
            f"{self.bank_name}: {said} (HTTP {answer.status}).",
            error_type=error_type,
            owner=owner,
            code=code,
            temporary=False,
            reconnect=reconnect,
            http_status=answer.status,
            interaction_id=answer.interaction_id,
        )


# not 401: a token that ended says nothing about the consent, which would stay open unnoticed
_GONE_OR_DONE: Final = frozenset({200, 202, 204, 403, 404, 409})
_STATUSES: Final[dict[int, tuple[ErrorType, ErrorOwner, str, bool, str]]] = {
    # an access token may have ended early: the caller refreshes once, and the refresh says whether the consent is gone
    401: (ErrorType.AUTHENTICATION, ErrorOwner.BANK, "token_refused", False, "the access token is refused"),
    403: (
        ErrorType.AUTHENTICATION,
        ErrorOwner.CUSTOMER,
        "consent_refused",
        True,
        "the consent ended or does not cover this; the customer has to connect again",
    ),
    400: (ErrorType.VALIDATION, ErrorOwner.US, "request_refused", False, "our request is not accepted"),
    404: (ErrorType.VALIDATION, ErrorOwner.BANK, "not_found", False, "what we asked for is not known there"),
}
_UNEXPECTED: Final = (
    ErrorType.VALIDATION,
    ErrorOwner.BANK,
    "unexpected_status",
    False,
    "the answer is none that was expected",
)


def _bearer(access: Access) -> dict[str, str]:
    if access.access_token is None:
        raise BankError(
            "This connection holds no access token. The customer has to connect again.",
            error_type=ErrorType.AUTHENTICATION,
            owner=ErrorOwner.CUSTOMER,
            code="no_token",
            temporary=False,
            reconnect=True,
        )
    return {"Authorization": f"Bearer {access.access_token.reveal()}"}


def _grant(
    tokens: Tokens, credentials: Mapping[str, Secret], refresh_token: Secret | None, consent: Consent | None
) -> Grant:
    return Grant(
        access_token=tokens.access_token,
        refresh_token=refresh_token,
        token_expires_at=tokens.expires_at,
        credentials=credentials,
        scopes=tokens.scopes,
        consent=consent,
    )


def _rows(answer: Answer, name: str) -> list[Any]:
    rows = answer.object().get(name)
    if not isinstance(rows, list):
        raise wrong_typed(name, "a list", answer)
    return rows


def _next(answer: Answer) -> tuple[str, str]:
    """(link, offset) of the next page; both "" on the last one."""
    link, offset = _inner(answer, "links", "next", "href"), _inner(answer, "page", "nextOffset")
    if not isinstance(link, str | None) or isinstance(offset, bool) or not isinstance(offset, str | int | None):
        raise wrong_typed("the next page", "an address or an offset", answer)
    return link or "", "" if offset is None else str(offset)


def _inner(answer: Answer, *names: str) -> object:
    """A value inside objects inside the answer; None where one of them is missing or null."""
    found: object = answer.object()
    for name in names:
        if found is None:
            return None
        if not isinstance(found, Mapping):
            # a page that hides where the next one is would end the listing unnoticed
            raise wrong_typed("the next page", "an object", answer)
        found = found.get(name)
    return found
