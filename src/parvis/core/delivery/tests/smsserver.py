"""A provider of text messages that speaks Twilio's Messages API, on the loopback, for tests."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class SmsServer:
    """Takes messages and keeps them; `answer(status, body)` makes it answer otherwise, once a call."""

    def __init__(self):
        server = self
        self.taken, self.answers = [], []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                form = {key: value[0] for key, value in parse_qs(self.rfile.read(length).decode()).items()}
                status, body = server.handle(self.path, self.headers.get("Authorization", ""), form)
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, http_status, **body):
        self.answers.append((http_status, body))

    def handle(self, path, authorization, form):
        if authorization != "Basic " + base64.b64encode(b"AC1:secret").decode():
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if path != "/2010-04-01/Accounts/AC1/Messages.json":
            return 404, {"code": 20404, "message": "The requested resource was not found", "status": 404}
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(form)
        sid = f"SM{len(self.taken):032d}"
        return 201, {"sid": sid, "status": "queued", "num_segments": "2", "price": None, "error_code": None}

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
