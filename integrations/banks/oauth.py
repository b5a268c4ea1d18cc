"""OAuth 2 at a bank: code flow with PKCE, refresh and revocation by Authlib, over the banks' own HTTP (``http``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from dwaybank.secrets import Secret
from integrations.banks.contract import Authorisation, BankError
from integrations.banks.http import Answer, BankHttp, wrong_typed
from integrations.enums import ErrorOwner, ErrorType

_VERIFIER: Final = "code_verifier"
# RFC 7636: 43 to 128 characters
_VERIFIER_LENGTH: Final = 96
_AUTHORISATION_LASTS: Final = timedelta(minutes=15)
_LONGEST_TOKEN_LIFE: Final = 10 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """Addresses and client of one authorisation server."""

    authorize_url: str
    token_url: str
    revoke_url: str
    client_id: str
    client_secret: Secret
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token answer, with whatever else stands in it."""

    access_token: Secret
    refresh_token: Secret | None
    expires_at: datetime | None
    scopes: tuple[str, ...]
    extra: Mapping[str, Any]


class _Session:
    """What Authlib asks of an HTTP session, on top of BankHttp: one attempt, since a code or token may work once."""

    def __init__(self, http: BankHttp) -> None:
        self._http = http
        self.answer: Answer | None = None

    def post(self, url: str, *, data: Any, headers: Mapping[str, str], auth: Any, **_: Any) -> _Response:
        body = data if isinstance(data, str) else urlencode(data)
        url, headers, body = auth.prepare("POST", url, dict(headers), body)
        self.answer = self._http.call("POST", url, repeatable=False, headers=headers, content=body.encode())
        return _Response(self.answer)


class _Response:
    """What Authlib asks of a response."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status

    def json(self) -> Any:
        """The token answer, with the types that Authlib takes for granted."""
        document = self._answer.object()
        if self.status_code == httpx.codes.OK and "error" not in document:
            for name in ("access_token", "refresh_token"):
                value = document.get(name)
                # RFC 6749: printable ASCII; anything else could not be sent back
                if value is not None and not (isinstance(value, str) and value.isascii() and value.isprintable()):
                    raise wrong_typed(f"the token {name}", "a token", self._answer)
            document["expires_in"] = _seconds(document.get("expires_in"), self._answer)
        return document

    def raise_for_status(self) -> None:
        """A token endpoint that answers something else than a JSON object."""
        raise wrong_typed("the token answer", "an object", self._answer)


class BankOAuth:
    """One authorisation server of one bank."""

    def __init__(self, settings: OAuthSettings, http: BankHttp) -> None:
        self._settings = settings
        self._http = http

    def authorise(self, *, redirect_uri: str, state: str, now: datetime) -> Authorisation:
        """The address of the consent page, with the PKCE challenge whose verifier is kept."""
        verifier = generate_token(_VERIFIER_LENGTH)
        client, _ = self._client()
        url, _ = client.create_authorization_url(
            self._settings.authorize_url, state=state, code_verifier=verifier, redirect_uri=redirect_uri
        )
        return Authorisation(url, state, {_VERIFIER: Secret(verifier)}, now + _AUTHORISATION_LASTS)

    def exchange(
        self, *, callback: Mapping[str, str], kept: Mapping[str, Secret], redirect_uri: str, now: datetime
    ) -> Tokens:
        """The tokens for a callback's code. Raises BankError, also where the customer said no."""
        if refused := callback.get("error"):
            raise self._refused(refused)
        code, verifier = callback.get("code"), kept.get(_VERIFIER)
        if not code or verifier is None:
            raise BankError(
                f"{self._http.who} sent the customer back without a code. Begin the connection again.",
                error_type=ErrorType.VALIDATION,
                owner=ErrorOwner.BANK,
                code="no_code",
                temporary=False,
            )
        client, session = self._client()
        try:
            answer = client.fetch_token(
                self._settings.token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier.reveal(),
                redirect_uri=redirect_uri,
            )
        except OAuth2Error as error:
            raise self._refused(str(error.error), session) from None
        return self._tokens(answer, session, now)

    def refresh(self, refresh_token: Secret, *, now: datetime) -> Tokens:
        """New tokens. Raises BankError; code ``invalid_grant`` where the refresh token works no more."""
        client, session = self._client()
        try:
            answer = client.refresh_token(self._settings.token_url, refresh_token=refresh_token.reveal())
        except OAuth2Error as error:
            raise self._refused(str(error.error), session) from None
        return self._tokens(answer, session, now)

    def revoke(self, token: Secret) -> None:
        """Take a token back (RFC 7009: an unknown one is no error). Raises BankError."""
        if not self._settings.revoke_url:
            return
        client, session = self._client()
        client.revoke_token(self._settings.revoke_url, token=token.reveal())
        if _answered(session).status != httpx.codes.OK:
            raise self._refused(str(_answered(session).object().get("error")), session)

    def _client(self) -> tuple[Any, _Session]:
        session = _Session(self._http)
        client = OAuth2Client(
            session,
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.reveal(),
            scope=" ".join(self._settings.scopes),
            code_challenge_method="S256",
        )
        return client, session

    def _tokens(self, answer: Mapping[str, Any], session: _Session, now: datetime) -> Tokens:
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not access:
            raise wrong_typed("the access token", "there", _answered(session))  # kept
        seconds, scope = answer.get("expires_in"), answer.get("scope")
        return Tokens(
            access_token=Secret(access),
            refresh_token=Secret(refresh) if refresh else None,
            expires_at=None if seconds is None else now + timedelta(seconds=seconds),
            scopes=tuple(scope.split()) if isinstance(scope, str) else self._settings.scopes,
            extra=answer,
        )

    def _refused(self, error: str, session: _Session | None = None) -> BankError:
        answer = session.answer if session else None
        said, owner, reconnect, temporary = _REFUSALS.get(error, _OTHER_REFUSAL)
        return BankError(
            f"{self._http.who}: {said}",
            error_type=ErrorType.SERVER_ERROR if temporary else ErrorType.AUTHENTICATION,
            owner=owner,
            # a bank's own word for it is not trusted to be short or harmless
            code=error if error in _REFUSALS else "oauth_refused",
            temporary=temporary,
            reconnect=reconnect,
            http_status=answer.status if answer else None,
            interaction_id=answer.interaction_id if answer else "",
        )


def _answered(session: _Session) -> Answer:
    assert session.answer is not None  # noqa: S101 - Authlib has called the session before it gave an answer
    return session.answer


def _seconds(expires_in: object, answer: Answer) -> int | None:
    """How long a token lasts, as a number or (some banks) as a text; None where it is not said."""
    if expires_in is None:
        return None
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdigit() and len(expires_in) < 12:
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int) or not 0 <= expires_in <= _LONGEST_TOKEN_LIFE:
        raise wrong_typed("expires_in", "a number of seconds", answer)
    return expires_in


# RFC 6749 errors → (what to say, who has to act, consent anew, temporary)
_REFUSALS: Final = {
    "access_denied": ("the customer did not agree.", ErrorOwner.CUSTOMER, True, False),
    "invalid_grant": (
        "the consent or its token works no more. The customer has to connect again.",
        ErrorOwner.CUSTOMER,
        True,
        False,
    ),
    "invalid_client": ("our client is refused. Check its id and secret.", ErrorOwner.US, False, False),
    "unauthorized_client": ("our client may not do this. Ask the bank.", ErrorOwner.US, False, False),
    "invalid_scope": ("our client may not ask for these scopes. Check its settings.", ErrorOwner.US, False, False),
    "invalid_request": ("our request is refused as malformed.", ErrorOwner.US, False, False),
    "unsupported_grant_type": ("our request is refused as unsupported.", ErrorOwner.US, False, False),
    "temporarily_unavailable": ("signing in is closed for the moment.", ErrorOwner.BANK, False, True),
    "server_error": ("signing in has a fault of the bank's own.", ErrorOwner.BANK, False, True),
}
_OTHER_REFUSAL: Final = ("access is refused.", ErrorOwner.BANK, False, False)
