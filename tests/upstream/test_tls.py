"""Connections over TLS."""

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from common.outcome import Outcome
from tests.upstream.support import Bench, RawServer, envelope, http_answer
from upstream.errors import Timeout, Unavailable

GOOD = http_answer(json.dumps(envelope({"depts": []})).encode())
FAR = 30.0
SHORT = 0.4


def test_tls_that_fails_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answering = threading.Thread(target=answer_in_clear, args=(listener,), daemon=True)
        answering.start()
        bench = Bench(f"https://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(Unavailable) as caught:
            bench.weila.dept_delete(1, 2)
        answering.join(5)
    assert caught.value.outcome is Outcome.NOT_DONE


def answer_in_clear(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(http_answer(b"this is not TLS", status="400 Bad Request"))


def test_tls_is_verified_and_obeys_the_deadline(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket, request: bytes) -> None:
        if b"dept-delete" in request:
            server.stopping.wait(FAR)
        connection.sendall(GOOD)

    with RawServer(serve, context) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(Unavailable) as refused:
            Bench(url).weila.dept_delete(1, 2)
        assert refused.value.outcome is Outcome.NOT_DONE
        assert server.requests == [], "nothing is sent to somebody unknown"
        bench = Bench(url, verify=str(certificate), write_deadline=SHORT)
        assert bench.weila.dept_getall(1).depts == []
        with pytest.raises(Timeout) as late:
            bench.weila.dept_delete(1, 2)
        assert late.value.outcome is Outcome.UNKNOWN


def self_signed(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "weila.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = Encoding.PEM
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(pem, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(pem)
    )
    return file
