"""HTTP to banks: one client, one deadline, one retry policy, and every failure a classified ``BankError``.

Flow of a call: send, read the body in pieces against one deadline and one size limit, classify transport faults,
429 and 5xx, repeat what may be repeated with growing, jittered waits (or as long as ``Retry-After`` says), and hand
every other status to the connector, which knows its protocol. Of a call are logged bank, method, status and interaction
id: addresses hold ids of consents and logins.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from integrations.banks.contract import BankError
from integrations.enums import ErrorOwner, ErrorType

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 32 * 1024 * 1024
INTERACTION_HEADER: Final = "x-fapi-interaction-id"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_TOO_MANY: Final = 429
# Longest number that is read at all: NUMERIC(15,2) and some zeros behind the point
_NUMBER_TEXT: Final = 40


@lru_cache(maxsize=1)
def shared_client() -> httpx.Client:
    """The one client of this process: limits on connections, time-outs on each step, no redirects, no proxies."""
    return httpx.Client(
        timeout=httpx.Timeout(connect=5.0, read=20.0, write=10.0, pool=10.0),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "dwaybank-back-office"},
    )


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a call is repeated within one sync; what takes longer is the queue's to repeat.

    Waits are random between half and all of ``base`` · 2^n seconds, at most ``longest_wait``. A ``Retry-After`` within
    ``longest_wait`` is waited for exactly; a longer one ends the call with it. ``deadline`` is in seconds per attempt.
    """

    attempts: int = 3
    base: float = 0.5
    longest_wait: float = 10.0
    deadline: float = 30.0

    def wait(self, attempt: int, retry_after: timedelta | None, chance: Callable[[], float]) -> float | None:
        """Seconds before attempt number ``attempt`` + 1 (from 1 on), or None: do not try again here."""
        if attempt >= self.attempts:
            return None
        if retry_after is not None:
            seconds = retry_after.total_seconds()
            return seconds if seconds <= self.longest_wait else None
        return min(self.base * 2.0 ** (attempt - 1), self.longest_wait) * (0.5 + chance() / 2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank answered, read to its end. The body is not part of the repr: it is somebody's data."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    interaction_id: str

    def json(self) -> Any:
        """The body, numbers with a point as Decimal, never float. Raises BankError (``malformed_answer``)."""
        try:
            return json.loads(self.body, parse_float=_decimal, parse_int=_integer, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise BankError(
                f"The answer (HTTP {self.status}) is not readable JSON; it is asked for again later.",
                error_type=ErrorType.VALIDATION,
                owner=ErrorOwner.BANK,
                code="malformed_answer",
                temporary=True,
                http_status=self.status,
                interaction_id=self.interaction_id,
            ) from None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises BankError (``malformed_answer``, ``wrong_typed_answer``)."""
        document = self.json()
        if not isinstance(document, dict):
            raise wrong_typed("the answer", "an object", self)
        return document


def wrong_typed(what: str, expected: str, answer: Answer) -> BankError:
    """The error for an answer that is JSON and not what the protocol says."""
    return BankError(
        f"In the bank's answer {what} is not {expected}; it is asked for again later.",
        error_type=ErrorType.VALIDATION,
        owner=ErrorOwner.BANK,
        code="wrong_typed_answer",
        temporary=True,
        http_status=answer.status,
        interaction_id=answer.interaction_id,
    )


@dataclass(frozen=True, slots=True)
class BankHttp:
    """Calls to one bank. ``who`` names it in messages, ``owner`` is who answers for its faults.

    ``clock`` counts seconds, ``pause`` waits, ``chance`` gives 0 to 1, ``now`` is aware: all from the edge.
    ``permitted`` is asked before each single attempt and raises what stops it: an answer that asks for another page, or
    a wait before the next attempt, must not outlive the permission.
    """

    who: str
    owner: ErrorOwner = ErrorOwner.BANK
    policy: RetryPolicy = RetryPolicy()
    client: Callable[[], httpx.Client] = shared_client
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    permitted: Callable[[], None] = lambda: None

    def call(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        readable: Callable[[Answer], object] | None = None,
    ) -> Answer:
        """One call, repeated where it failed for a while and ``repeatable`` allows it.

        ``readable`` is tried on a successful answer; the temporary BankError it raises counts as a failed attempt.
        Raises BankError for faults of transport, 429 and 5xx; every other status is returned.
        """
        attempt = 1
        while True:
            try:
                answer = self._once(method, url, headers or {}, params, content)
                if readable is not None and answer.status == httpx.codes.OK:
                    readable(answer)
                return answer
            except BankError as error:
                seconds = self.policy.wait(attempt, error.retry_after, self.chance) if error.temporary else None
                if not repeatable or seconds is None:
                    raise
                log.info("%s: %s, attempt %d again in %.1f s", self.who, error.code, attempt + 1, seconds)
                self.pause(seconds)
            attempt += 1

    def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
    ) -> Answer:
        self._require_safe(url)
        self.permitted()
        interaction_id = str(uuid4())
        started = self.clock()
        try:
            with self.client().stream(
                method,
                url,
                params=params,
                content=content,
                headers={**headers, INTERACTION_HEADER: interaction_id, "Accept": "application/json"},
            ) as response:
                body = self._body(response, started, interaction_id)
        except httpx.TimeoutException:
            raise self._late(interaction_id) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            # the error's own text may hold the address with its query
            raise BankError(
                f"{self.who} could not be reached, or broke the connection off ({type(error).__name__}).",
                error_type=ErrorType.NETWORK,
                owner=self.owner,
                code="connection_failed",
                temporary=True,
                interaction_id=interaction_id,
            ) from None
        log.debug("%s: %s answered with %d (%s)", self.who, method, response.status_code, interaction_id)
        answer = Answer(response.status_code, response.headers, body, interaction_id)
        self._refuse_busy(answer)
        return answer

    def _body(self, response: httpx.Response, started: float, interaction_id: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            parts.append(part)
            if self.clock() - started > self.policy.deadline:
                raise self._late(interaction_id)
            if size > LARGEST_BODY:
                raise BankError(
                    f"{self.who} sent more than {LARGEST_BODY // 1024**2} MiB in one answer.",
                    error_type=ErrorType.VALIDATION,
                    owner=self.owner,
                    code="answer_too_large",
                    temporary=False,
                    http_status=response.status_code,
                    interaction_id=interaction_id,
                )
        return b"".join(parts)

    def _late(self, interaction_id: str) -> BankError:
        return BankError(
            f"{self.who} did not answer in time.",
            error_type=ErrorType.TIMEOUT,
            owner=self.owner,
            code="no_answer_in_time",
            temporary=True,
            interaction_id=interaction_id,
        )

    def _refuse_busy(self, answer: Answer) -> None:
        """429 and 5xx, which mean the same in every protocol."""
        if answer.status == _TOO_MANY:
            raise BankError(
                f"{self.who} asks for fewer calls (HTTP 429).",
                error_type=ErrorType.RATE_LIMIT,
                owner=ErrorOwner.LIMIT,
                code="too_many_calls",
                temporary=True,
                retry_after=retry_after(answer.headers, self.now()),
                http_status=answer.status,
                interaction_id=answer.interaction_id,
            )
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise BankError(
                f"{self.who} has a fault of its own (HTTP {answer.status}).",
                error_type=ErrorType.SERVER_ERROR,
                owner=self.owner,
                code="server_fault",
                temporary=True,
                retry_after=retry_after(answer.headers, self.now()),
                http_status=answer.status,
                interaction_id=answer.interaction_id,
            )

    def _require_safe(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK):
            return
        raise BankError(
            f"The address of {self.who} is not https: tokens leave this machine by https only. Correct its settings.",
            error_type=ErrorType.VALIDATION,
            owner=ErrorOwner.US,
            code="address_unsafe",
            temporary=False,
        )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for, in seconds or as a date (RFC 9110); None where it is missing or unreadable."""
    text = (headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(moment - now, timedelta())


def same_origin(url: str, base_url: str) -> bool:
    """Whether a link a bank gives leads to the bank: a token is sent nowhere else."""
    one, other = urlsplit(url), urlsplit(base_url)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _decimal(text: str) -> Decimal:
    if len(text) > _NUMBER_TEXT:
        raise ValueError("a number too long to be an amount")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > _NUMBER_TEXT:
        raise ValueError("a number too long to be an amount")
    return int(text)


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")
