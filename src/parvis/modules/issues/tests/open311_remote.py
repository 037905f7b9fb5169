"""Another body's endpoint, for tests: a small server on this machine that does as the specification says, or badly."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SERVICES = [
    {"service_code": "7", "service_name": "Sidewalk & curb", "metadata": True, "type": "realtime", "group": "street"},
    {"service_code": "8", "service_name": "Tree", "metadata": False, "type": "realtime", "group": None},
]
DEFINITION = {
    "service_code": "7",
    "attributes": [
        {
            "variable": True, "code": "SIDE", "datatype": "singlevaluelist", "required": True, "order": 1,
            "datatype_description": None, "description": "Which side?",
            "values": [{"key": "L", "name": "Left"}, {"key": "R", "name": "Right"}],
        },
        {
            "variable": True, "code": "deep", "datatype": "number", "required": False, "order": 2,
            "datatype_description": None, "description": "How deep?",
        },
    ],
}  # fmt: skip


@dataclass
class Remote:
    """What the endpoint has taken, and how it behaves. `mode`: ok, token, lost (takes it, then says nothing), down,
    refuse, xml (knows no JSON), garbage."""

    url: str = ""
    mode: str = "ok"
    taken: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    once: list[str] = field(default_factory=list)
    shows_words: bool = True

    def change(self, number: str, **changes: Any) -> None:
        """Let staff there do something with a request."""
        self.state[number].update(changes)

    def take(self, form: dict[str, list[str]]) -> str:
        """Keep a new request and return its number."""
        number = str(1000 + len(self.taken))
        self.taken.append({name: values if name.endswith("[]") else values[0] for name, values in form.items()})
        said = self.taken[-1]
        self.state[number] = {
            "service_request_id": int(number), "status": "open", "status_notes": None, "service_code": 7,
            "description": said.get("description") if self.shows_words else None,
            "requested_datetime": "2026-03-10T10:00:00-04:00",
            "lat": float(said["lat"]), "long": float(said["long"]),
        }  # fmt: skip
        return number


class _Handler(BaseHTTPRequestHandler):
    remote: Remote

    def log_message(self, *args: Any) -> None:
        pass

    def answer(self, data: Any, status: int = 200, kind: str = "application/json; charset=utf-8") -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        path = parts.path.removeprefix("/v2/")
        self.remote.asked.append(self.path)
        if self.remote.mode == "down":
            return self.answer([{"code": 503, "description": "CRM is down"}], 503)
        if self.remote.mode == "garbage":
            return self.answer(b"<html><p>Welcome", 200, "text/html")
        if self.remote.mode == "xml":
            return self.answer(*_XML.get(path, (b"", 404)), kind="text/xml; charset=utf-8")
        if path == "services.json":
            return self.answer(SERVICES)
        if path == "services/7.json":
            return self.answer(DEFINITION)
        if path.startswith("tokens/"):
            number = path.removeprefix("tokens/t").removesuffix(".json")
            if self.remote.mode == "token":
                return self.answer([{"code": 404, "description": "not yet"}], 404)
            return self.answer([{"service_request_id": int(number), "token": f"t{number}"}])
        if path == "requests.json":
            rows = list(self.remote.state.values())
            if ids := asked.get("service_request_id"):
                rows = [row for row in rows if str(row["service_request_id"]) in ids[0].split(",")]
            return self.answer(rows)
        return self.answer([{"code": 404, "description": "nothing here"}], 404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.remote.once.append(self.headers["Idempotency-Key"])
        if self.remote.mode == "refuse":
            return self.answer([{"code": 400, "description": "base is <b>a duplicate\x07"}], 400)
        if self.remote.mode == "down":
            return self.answer([{"code": 503, "description": "CRM is down"}], 503)
        number = self.remote.take(form)
        if self.remote.mode == "lost":
            return self.connection.close()
        if self.remote.mode == "token":
            return self.answer([{"token": f"t{number}"}])
        return self.answer([{"service_request_id": int(number), "service_notice": "Soon", "account_id": None}], 201)


_XML = {
    "services.xml": (
        b'<?xml version="1.0" encoding="utf-8"?><services><service><service_code>001</service_code><service_name>Cans'
        b"</service_name><metadata>true</metadata><type>realtime</type></service></services>",
        200,
    ),
    "services/001.xml": (
        b'<?xml version="1.0" encoding="utf-8"?><service_definition><service_code>001</service_code><attributes>'
        b"<attribute><variable>true</variable><code>WHISHETN</code><datatype>singlevaluelist</datatype>"
        b"<required>true</required><values><value><key>123</key><name>Ford</name></value></values></attribute>"
        b"</attributes></service_definition>",
        200,
    ),
}


@contextmanager
def remote_endpoint() -> Iterator[Remote]:
    """An endpoint on a free port of this machine, until the end of the block."""
    remote = Remote()
    handler = type("Handler", (_Handler,), {"remote": remote})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    remote.url = f"http://127.0.0.1:{server.server_port}/v2"
    try:
        yield remote
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
