"""A push service on the loopback, and the browser behind it: opens what it gets by the letter of the RFCs, for tests.

It shares no line with the code it checks: HKDF is written out with HMAC (RFC 5869), the token is read and verified.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hkdf(salt, key, info, length):
    pseudo = hmac.new(salt, key, hashlib.sha256).digest()
    return hmac.new(pseudo, info + b"\x01", hashlib.sha256).digest()[:length]


class Browser:
    """Subscribes with the public key of a portal, and opens what the push service passes on."""

    def __init__(self, service, application_key):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.auth = b"0123456789abcdef"
        self.endpoint = f"{service.url}/p/{len(service.browsers)}"
        self.application_key = application_key
        self.shown = []
        service.browsers[self.endpoint] = self

    @property
    def subscription(self):
        return {"endpoint": self.endpoint, "keys": {"p256dh": b64(self.point), "auth": b64(self.auth)}}

    def open(self, body):
        """RFC 8188, 2 and RFC 8291, 3.4."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and len(sealed) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), point)
        key = hkdf(self.auth, shared, b"WebPush: info\x00" + self.point + sender, 32)
        secret, nonce = (
            hkdf(salt, key, b"Content-Encoding: aes128gcm\x00", 16),
            hkdf(salt, key, b"Content-Encoding: nonce\x00", 12),
        )
        words = AESGCM(secret).decrypt(nonce, sealed, None)
        assert words.endswith(b"\x02")
        return json.loads(words[:-1])


class PushService:
    """Answers as RFC 8030 says; `status` makes it answer otherwise."""

    def __init__(self):
        service = self
        self.browsers, self.headers, self.status = {}, [], 201

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = service.take(service.url + self.path, dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("Location", "/m/1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def take(self, endpoint, headers, body):
        headers = {name.lower(): value for name, value in headers.items()}
        browser = self.browsers.get(endpoint)
        if browser is None:
            return 404
        if not self.is_known(headers.get("authorization", ""), browser):
            return 403
        if "ttl" not in headers or headers.get("content-encoding") != "aes128gcm":
            return 400
        if self.status < 300:
            self.headers.append(headers)
            browser.shown.append(browser.open(body))
        return self.status

    def is_known(self, authorization, browser):
        """RFC 8292: the token's key is the one the browser subscribed with, its signature holds, it is for us."""
        assert authorization.startswith("vapid ")
        fields = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
        head, claims, signature = fields["t"].split(".")
        assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
        said, raw = json.loads(unb64(claims)), unb64(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(fields["k"]))
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        in_time = time.time() < said["exp"] <= time.time() + 24 * 3600
        is_ours = said["aud"] == self.url and said["sub"].startswith("mailto:")
        return in_time and is_ours and fields["k"] == browser.application_key

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
