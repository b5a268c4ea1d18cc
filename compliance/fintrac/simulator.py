"""A stand-in for the filing service on this machine: accepts, warns, rejects, hangs and repeats on demand.

For demonstrations and tests, never on another address than loopback. It speaks the calls and answers of the FINTRAC
Report Ingest API 1.0.0; what it thinks of a report is in ``simulated_registry``. ``now`` comes from the edge.
"""

from __future__ import annotations

import json
import secrets
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from compliance.fintrac.acknowledgement import STATUSES
from compliance.fintrac.checking import NoReport, check_report, parse_report
from compliance.fintrac.simulated_registry import (
    Fault,
    Registry,
    bulk_answer,
    messages_of,
    on_demand,
    take_bulk,
)

BASE_PATH: Final = "/reporting-ingest"
LARGEST_BODY: Final = 64 * 1024 * 1024
_PLAIN_FAULTS: Final = {
    Fault.ERROR: (500, "Server error.", "Erreur de serveur."),
    Fault.BUSY: (429, "Too many calls.", "Trop d'appels."),
    Fault.CLOSED: (405, "Not served here.", "Non servi ici."),
}


class Simulator:
    """The server; a context manager that serves in a thread of its own.

    ``hang_seconds`` is how long a time-out holds the connection. Raises ValueError for an address that is not
    loopback. ``port`` 0 takes a free one.
    """

    def __init__(self, registry: Registry, *, host: str = "127.0.0.1", port: int = 0, hang_seconds: float = 60) -> None:
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"The simulator serves on loopback only, not on {host}.")
        self.registry = registry
        self.stopping = threading.Event()
        self.hang_seconds = hang_seconds
        self._server = _Server((host, port), _Handler)
        self._server.simulator = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="filing-simulator", daemon=True
        )

    @property
    def base_url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{BASE_PATH}"

    def __enter__(self) -> Simulator:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until interrupted (KeyboardInterrupt)."""
        self.stopping.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    simulator: Simulator


class _Handler(BaseHTTPRequestHandler):
    """One call. Only ``do_…`` know HTTP; ``_…`` below judge and answer."""

    server: _Server
    protocol_version = "HTTP/1.1"
    # an answer leaves as one packet: head and body apart wait for each other's acknowledgement
    wbufsize = -1
    disable_nagle_algorithm = True

    @property
    def registry(self) -> Registry:
        return self.server.simulator.registry

    def do_POST(self) -> None:
        body = self._read()
        if self._path == "/oauth2/v2.0/token":
            self._token(body)
        elif self._path == "/api/v1/reports" and self._authorised():
            self._report(body, change=False)
        elif self._path != "/api/v1/reports":
            self._plain(404, "No such call.", "Appel inconnu.")

    def do_PUT(self) -> None:
        body = self._read()
        if self._path.startswith("/upload/bulkreports/"):
            self._bulk_upload(body)
        elif self._path == "/api/v1/reports" and self._authorised():
            self._report(body, change=True)
        elif self._path != "/api/v1/reports":
            self._plain(404, "No such call.", "Appel inconnu.")

    def do_DELETE(self) -> None:
        body = self._read()
        if self._path != "/api/v1/reports":
            self._plain(404, "No such call.", "Appel inconnu.")
        elif self._authorised():
            self._delete(body)

    def do_GET(self) -> None:
        if self._path == "/api/v1/healthcheck":
            self._plain(200, "The simulator is running.", "Le simulateur fonctionne.")
            return
        calls = {
            "/api/v1/reports/list": self._list,
            "/api/v1/reports/validations": self._validations,
            "/api/v1/bulkSubmission": self._bulk_place,
        }
        call = calls.get(self._path)
        if call is None:
            self._plain(404, "No such call.", "Appel inconnu.")
        elif self._authorised():
            call()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: what is filed is confidential, also in a log."""

    # --- Reading

    @property
    def _path(self) -> str:
        return urlsplit(self.path).path.removeprefix(BASE_PATH)

    def _query(self, name: str) -> str:
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def _read(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, LARGEST_BODY))

    def _authorised(self) -> bool:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        ends = self.registry.tokens.get(token)
        if ends is not None and self.registry.now().timestamp() < ends.timestamp() + self.registry.token_seconds:
            return True
        self._plain(401, "Access token is missing or invalid.", "Jeton d'accès absent ou invalide.")
        return False

    # --- Answering

    def _json(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _plain(self, status: int, en: str, fr: str) -> None:
        self._json(status, {"code": status, "message": {"en": en, "fr": fr}})

    def _empty(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _hang(self) -> None:
        """Hold the connection and close it without an answer."""
        self.server.simulator.stopping.wait(self.server.simulator.hang_seconds)
        self.close_connection = True

    # --- The calls

    def _token(self, body: bytes) -> None:
        given = parse_qs(body.decode("ascii", "replace"))
        known = (self.registry.client_id, self.registry.client_secret)
        if (given.get("client_id", [""])[0], given.get("client_secret", [""])[0]) != known:
            self._json(401, {"error": "invalid_client", "error_descriptions": "Unknown client or secret."})
            return
        token = secrets.token_urlsafe(24)
        self.registry.tokens[token] = self.registry.now()
        seconds = self.registry.token_seconds
        self._json(
            200, {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
        )

    def _report(self, body: bytes, *, change: bool) -> None:
        try:
            document = parse_report(_report_file(self.headers.get("Content-Type") or "", body))
        except NoReport as refusal:
            self._json(400, {"code": 5017, "message": {"en": str(refusal), "fr": STATUSES[5017][1]}})
            return
        fault = self.registry.next_fault()
        if fault is Fault.TIMEOUT:
            self._hang()
        elif fault in _PLAIN_FAULTS:
            self._plain(*_PLAIN_FAULTS[fault])
        else:
            self._judged(document, fault, change=change)

    def _judged(self, document: dict[str, Any], fault: Fault, *, change: bool) -> None:
        with self.registry.filing:
            status, messages = self.registry.judge(document, change=change)
            wanted = self._query("reportTypeCode")
            if status == 200 and not change and wanted != str(document["reportDetails"].get("reportTypeCode")):
                status, messages = 5011, []
            status, messages = on_demand(fault, status, messages)
            filed = self.registry.keep(document, messages) if status == 200 else None
        if filed is None:
            self._refused(status, messages)
            return
        if fault is Fault.LOST_ANSWER:
            self._hang()
            return
        self._json(
            200,
            {
                "code": 200,
                "message": {"en": "Report submitted.", "fr": "Déclaration soumise."},
                "payload": {
                    "externalReportUuid": filed.uuid,
                    "reportingEntityReportReference": filed.reference,
                    "submitDateTime": filed.updated,
                    "validationMessages": filed.messages,
                },
            },
        )

    def _refused(self, status: int, messages: list[dict[str, Any]]) -> None:
        en, fr = STATUSES.get(status, ("The report needs corrections.", "La déclaration doit être corrigée."))
        self._json(400, {"code": status, "message": {"en": en, "fr": fr}, "payload": {"validationMessages": messages}})

    def _delete(self, body: bytes) -> None:
        try:
            order = parse_report(body)
            checked = check_report(order, now=self.registry.now())
        except NoReport as refusal:
            self._json(400, {"code": 5017, "message": {"en": str(refusal), "fr": STATUSES[5017][1]}})
            return
        if not checked.is_deletion or checked.rejects:
            self._refused(400, messages_of(checked))
        elif self.registry.reports.pop(checked.reference, None) is None:
            self._plain(404, "No values found.", "Aucune valeur trouvée.")
        else:
            self._empty(204)

    def _list(self) -> None:
        wanted = self._query("reportingEntityReportReference")
        found = [filed for filed in list(self.registry.reports.values()) if wanted in filed.reference]
        found.sort(key=lambda filed: filed.created, reverse=True)
        asked_size, asked_page = self._query("pageSize") or "20", self._query("pageNumber") or "0"
        if not (asked_size.isdecimal() and asked_page.isdecimal() and 1 <= int(asked_size) <= 10_000):
            self._plain(400, "The page or its size is no number.", "La page ou sa taille n'est pas un nombre.")
            return
        size, page = int(asked_size), int(asked_page)
        shown = found[page * size : (page + 1) * size]
        self._json(
            200,
            {
                "code": 200,
                "message": {"en": "Reports listed.", "fr": "Déclarations énumérées."},
                "payload": {
                    "totalElements": len(found),
                    "numberOfPages": -(-len(found) // size),
                    "pageSize": size,
                    "pageNumber": page,
                    "numberOfElements": len(shown),
                    "sortBy": "createDateTime-",
                    "contents": [
                        {
                            "externalReportUuid": filed.uuid,
                            "reportingEntityReportReference": filed.reference,
                            "createDateTime": filed.created,
                            "updateDateTime": filed.updated,
                        }
                        for filed in shown
                    ],
                },
            },
        )

    def _validations(self) -> None:
        reference = self._query("reportingEntityReportReference")
        if reference in self.registry.reports:
            filed = self.registry.reports[reference]
            self._json(200, bulk_answer("", [(filed.reference, 200, filed.messages)], filed.updated))
            return
        asked = {self._query("fileName"), self._query("reportingEntityBulkReference")} - {""}
        for bulk in reversed(self.registry.bulks):
            if asked & {bulk.file_name, bulk.reference}:
                self._json(200, bulk.answer)
                return
        self._plain(404, "No values found.", "Aucune valeur trouvée.")

    def _bulk_place(self) -> None:
        name = self._query("fileName")
        if not name.endswith(".json") or "/" in name:
            self._plain(400, "The file name must end in .json.", "Le nom du fichier doit finir par .json.")
            return
        token = secrets.token_urlsafe(16)
        self.registry.uploads[token] = name
        place = f"{self.server.simulator.base_url}/upload/bulkreports/0/{name}?sig={token}"
        self._json(
            200,
            {
                "code": 200,
                "message": {"en": "Upload here.", "fr": "Téléversez ici."},
                "payload": {"bulkEndpoint": place},
            },
        )

    def _bulk_upload(self, body: bytes) -> None:
        name = self.registry.uploads.pop(self._query("sig"), "")
        if not name or self.headers.get("x-ms-blob-type") != "BlockBlob":
            self._plain(403, "This upload address is not valid.", "Cette adresse de téléversement n'est pas valide.")
            return
        self.registry.bulks.append(take_bulk(self.registry, name, body))
        self._empty(201)


def _report_file(content_type: str, body: bytes) -> bytes:
    """The part ``reportFile`` of a multipart body. Raises NoReport without one."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in message.iter_parts() if message.is_multipart() else []:
        if part.get_param("name", header="content-disposition") == "reportFile":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise NoReport("The call has no part reportFile; send the report as multipart/form-data.")
