"""The filing service over HTTP: token, submit, change, delete, list, validations, bulk files.

Source: FINTRAC Report Ingest API 1.0.0. A report is filed once however often a call is repeated: after a time-out or a
fault of the service the client first asks the list whether the report arrived, and only then sends it again. It never
decides on its own that a report was filed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from compliance.fintrac.acknowledgement import (
    REFERENCE_USED,
    Acknowledgement,
    BulkAcknowledgement,
    Outcome,
    read_answer,
    read_validations,
)
from compliance.marking import SaidError, gettext_noop

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# A token is renewed this many seconds before it ends.
_TOKEN_MARGIN: Final = 60.0
_BUSY: Final = 429
# Refusals that judge the report; others (address, method, size, redirect) say nothing about it.
_JUDGED: Final = frozenset({400, 404, 422})


# A report on which the service has no remarks is told by the status alone.
_OF_STATUS: Final = {1000: Outcome.ACCEPTED, 2001: Outcome.ACCEPTED_WITH_WARNINGS}


class FilingFailed(SaidError):
    """The service refused the call as such (access, address, its own fault); nothing was filed by it."""


class Unanswered(FilingFailed):
    """Nobody answered in time, or the connection failed."""


class OutcomeUnknown(SaidError):
    """The report was sent and nobody answered, also not the list: look before sending it again."""


class NotConfigured(FilingFailed):
    """An address or credential is not set."""


@dataclass(frozen=True, slots=True)
class FilingSettings:
    """Where and as whom to file: no defaults for address and credentials.

    ``base_url`` includes the path of the service and is https, but on this machine. ``timeout`` is in seconds.
    ``bulk_reports_key`` names the list in a bulk file: the published description does not fix its envelope.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    timeout: float = 30.0
    attempts: int = 3
    bulk_reports_key: str = "reports"

    def __post_init__(self) -> None:
        for name, variable in _VARIABLES.items():
            if not getattr(self, name):
                raise NotConfigured(
                    gettext_noop("%(variable)s is not set; set it to what FINTRAC gave the bank, and try again."),
                    variable=variable,
                )
        address = urlsplit(self.base_url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
            raise NotConfigured(
                gettext_noop("FINTRAC_API_URL is %(address)s; reports leave this machine by https only."),
                address=repr(self.base_url),
            )


_VARIABLES: Final = {
    "base_url": "FINTRAC_API_URL",
    "client_id": "FINTRAC_CLIENT_ID",
    "client_secret": "FINTRAC_CLIENT_SECRET",
}


@dataclass(frozen=True, slots=True)
class ListedReport:
    """A report that the service has."""

    uuid: str
    reference: str
    created: str
    updated: str


class FilingClient:
    """One session with the service; use it as a context manager.

    ``clock`` counts seconds and ``pause`` waits that many: both come from the edge (``time.monotonic``,
    ``time.sleep``).
    """

    def __init__(self, settings: FilingSettings, *, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._pause = pause
        self._http = httpx.Client(timeout=settings.timeout, follow_redirects=False, trust_env=False)
        self._token = ""
        self._token_ends = 0.0

    def __enter__(self) -> FilingClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.close()

    # --- One report

    def submit(self, payload: bytes) -> Acknowledgement:
        """File a new report. ``payload`` is the exact JSON.

        Raises OutcomeUnknown where it may have arrived, FilingFailed where the call was refused as such. A reference
        that the service has already is a reject (5012), unless this very call had been sent before and its answer
        was lost.
        """
        document, reference = _read(payload)
        kind = int(document["reportDetails"]["reportTypeCode"])

        def send() -> httpx.Response:
            return self._call(
                "POST", "/api/v1/reports", params={"reportTypeCode": kind}, files=_part(reference, payload)
            )

        return self._file(send, document, reference, arrived=lambda report: report is not None)

    def change(self, payload: bytes) -> Acknowledgement:
        """File a change: the whole report again under its reference. Raises as ``submit``."""
        document, reference = _read(payload)
        before = self.find(reference)
        updated = before.updated if before else ""

        def send() -> httpx.Response:
            return self._call("PUT", "/api/v1/reports", files=_part(reference, payload))

        return self._file(
            send, document, reference, arrived=lambda report: report is not None and report.updated > updated
        )

    def delete(self, order: bytes) -> Acknowledgement:
        """Send an order to delete a report. Raises as ``submit``."""
        document, reference = _read(order)

        def send() -> httpx.Response:
            return self._call("DELETE", "/api/v1/reports", content=order, headers={"Content-Type": "application/json"})

        return self._file(send, document, reference, arrived=lambda report: report is None)

    def _file(
        self,
        send: Callable[[], httpx.Response],
        document: Any,
        reference: str,
        *,
        arrived: Callable[[ListedReport | None], bool],
    ) -> Acknowledgement:
        for attempt in range(self._settings.attempts):
            if attempt:
                # the wait is for the service: a report that is still on its way should be listed first
                self._pause(2.0**attempt)
                report = self._find_or_unknown(reference)
                if arrived(report):
                    return self._recovered(reference, report, document)
            try:
                response = send()
            except Unanswered:
                continue
            if response.status_code >= 500 or response.status_code == _BUSY:
                continue
            if not response.is_success and response.status_code not in _JUDGED:
                raise _refusal(response)
            answer = read_answer(response.status_code, _body(response), reference=reference, payload=document)
            if attempt and _reference_used(answer) and (report := self._find_or_unknown(reference)):
                return self._recovered(reference, report, document)
            return answer
        report = self._find_or_unknown(reference)
        if arrived(report):
            return self._recovered(reference, report, document)
        raise OutcomeUnknown(
            gettext_noop(
                "Report %(reference)s was sent %(times)s times without an answer, and the service does not list it. "
                "Ask the list again later, before filing it once more."
            ),
            reference=reference,
            times=self._settings.attempts,
        )

    def _find_or_unknown(self, reference: str) -> ListedReport | None:
        try:
            return self.find(reference)
        except FilingFailed as error:
            raise OutcomeUnknown(
                gettext_noop(
                    "Report %(reference)s was sent without an answer, and the service's list cannot be asked "
                    "(%(error)s). Ask the list later, before filing it once more."
                ),
                reference=reference,
                error=error,
            ) from error

    def _recovered(self, reference: str, report: ListedReport | None, document: Any) -> Acknowledgement:
        """The answer that was lost: what the service says now of a report that is listed, or is listed no more.

        A listed report on which it says nothing yet is pending; ``validations`` will tell.
        """
        if report is None:
            return Acknowledgement(reference, Outcome.ACCEPTED, "", None, "", "", ())
        try:
            said = self.validations(reference=reference, payloads={reference: document})
        except FilingFailed:
            return Acknowledgement(reference, Outcome.PENDING, report.uuid, None, "", "", ())
        for one in said.acknowledgements:
            if one.reference == reference:
                return replace(one, uuid=report.uuid, en=said.en, fr=said.fr)
        outcome = Outcome.PENDING if said.status_code is None else _OF_STATUS.get(said.status_code, Outcome.PENDING)
        return Acknowledgement(reference, outcome, report.uuid, said.status_code, said.en, said.fr, ())

    # --- Asking

    def find(self, reference: str) -> ListedReport | None:
        """The report that the service lists under exactly this reference. Raises FilingFailed."""
        page = 0
        while True:
            response = self._call(
                "GET",
                "/api/v1/reports/list",
                params={"reportingEntityReportReference": reference, "pageNumber": page, "pageSize": 100},
            )
            if response.status_code != 200:
                raise _refusal(response)
            listed = _body(response).get("payload") or {}
            for entry in listed.get("contents") or []:
                # the filter finds every reference that contains the text
                if entry.get("reportingEntityReportReference") == reference:
                    return ListedReport(
                        entry.get("externalReportUuid", ""),
                        reference,
                        entry.get("createDateTime", ""),
                        entry.get("updateDateTime", ""),
                    )
            page += 1
            if page >= int(listed.get("numberOfPages") or 0):
                return None

    def validations(
        self, *, reference: str = "", bulk_reference: str = "", file_name: str = "", payloads: Any = None
    ) -> BulkAcknowledgement:
        """What the service says of a report or a bulk file. Raises FilingFailed where it knows none."""
        asked = {
            "reportingEntityReportReference": reference,
            "reportingEntityBulkReference": bulk_reference,
            "fileName": file_name,
        }
        params = {name: value for name, value in asked.items() if value}
        response = self._call("GET", "/api/v1/reports/validations", params=params)
        if response.status_code != 200:
            raise _refusal(response)
        return read_validations(_body(response), payloads)

    def is_up(self) -> bool:
        """Whether the service answers that it runs."""
        try:
            return self._http.get(f"{self._base}/api/v1/healthcheck").status_code == 200
        except httpx.TransportError:
            return False

    # --- Bulk

    def submit_bulk(self, bulk_reference: str, file_name: str, payloads: list[bytes]) -> None:
        """Upload many reports as one file; the service works on it later, see ``validations``.

        Raises ValueError for no reports, FilingFailed where the upload is refused, OutcomeUnknown where it was sent
        without an answer.
        """
        if not payloads:
            raise ValueError("A bulk file needs at least one report.")
        place = self._call("GET", "/api/v1/bulkSubmission", params={"fileName": file_name})
        address = (_body(place).get("payload") or {}).get("bulkEndpoint")
        if place.status_code != 200 or not isinstance(address, str):
            raise _refusal(place)
        upload = urlsplit(address)
        if upload.scheme != "https" and upload.hostname not in _LOOPBACK:
            raise FilingFailed(gettext_noop("The service named an upload address without https; nothing was sent."))
        try:
            response = self._http.put(
                address,
                content=bulk_file(bulk_reference, payloads, self._settings.bulk_reports_key),
                headers={"x-ms-blob-type": "BlockBlob", "Content-Type": "application/octet-stream"},
            )
        except httpx.TransportError as error:
            raise OutcomeUnknown(
                gettext_noop(
                    "The bulk file %(name)s was sent without an answer (%(error)s). Ask its validations before sending "
                    "it again."
                ),
                name=file_name,
                error=error,
            ) from error
        if response.status_code != 201:
            raise _refusal(response)

    # --- Calls

    @property
    def _base(self) -> str:
        return self._settings.base_url.rstrip("/")

    def _call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """One call with a token. Raises Unanswered, and FilingFailed where there is no token."""
        headers = arguments.pop("headers", {})
        response = self._send(
            method, path, headers={**headers, "Authorization": f"Bearer {self._bearer()}"}, **arguments
        )
        if response.status_code == 401:
            self._token = ""  # ended early: once more with a new one
            again = {**headers, "Authorization": f"Bearer {self._bearer()}"}
            response = self._send(method, path, headers=again, **arguments)
        return response

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return self._http.request(method, f"{self._base}{path}", **arguments)
        except httpx.TransportError as error:
            raise Unanswered(
                gettext_noop("The filing service did not answer: %(error)s."), error=str(error) or type(error).__name__
            ) from error

    def _bearer(self) -> str:
        if self._token and self._clock() < self._token_ends:
            return self._token
        response = self._send(
            "POST",
            "/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings.client_id,
                "client_secret": self._settings.client_secret,
            },
        )
        body = _body(response)
        token = body.get("access_token")
        if response.status_code != 200 or not isinstance(token, str) or not token:
            raise FilingFailed(
                gettext_noop(
                    "The service gave no access token (HTTP %(status)s); check FINTRAC_CLIENT_ID and "
                    "FINTRAC_CLIENT_SECRET."
                ),
                status=response.status_code,
            )
        self._token = token
        self._token_ends = self._clock() + max(float(body.get("expires_in") or 0) - _TOKEN_MARGIN, 0.0)
        return token


def bulk_file(bulk_reference: str, payloads: list[bytes], reports_key: str) -> bytes:
    """A bulk file: its reference and the exact reports, none re-written."""
    head = json.dumps({"reportingEntityBulkReference": bulk_reference})[:-1]
    return f"{head}, {json.dumps(reports_key)}: [".encode() + b",".join(payloads) + b"]}"


def _read(payload: bytes) -> tuple[Any, str]:
    document = json.loads(payload)
    return document, str(document["reportDetails"]["reportingEntityReportReference"])


def _part(reference: str, payload: bytes) -> dict[str, tuple[str, bytes, str]]:
    return {"reportFile": (f"{reference}.json", payload, "application/json")}


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _reference_used(answer: Acknowledgement) -> bool:
    return answer.outcome is Outcome.REJECTED and (
        answer.status_code == REFERENCE_USED or any(message.code == REFERENCE_USED for message in answer.messages)
    )


def _refusal(response: httpx.Response) -> FilingFailed:
    message = _body(response).get("message")
    said = f"HTTP {response.status_code}"
    if isinstance(message, dict) and message.get("en"):
        said += f": {message['en']}"
    if response.status_code in (401, 403):
        return FilingFailed(
            gettext_noop("The filing service refused the call (%(said)s); check the credentials."), said=said
        )
    return FilingFailed(
        gettext_noop("The filing service refused the call (%(said)s); try again later or ask FINTRAC."), said=said
    )
