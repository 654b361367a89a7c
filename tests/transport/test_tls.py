"""Secure connections: only to servers that the given trust knows, and a sentence for those it does not."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from sync_desktop.transport.budget import Gate
from sync_desktop.transport.latch import CredentialsLatch
from sync_desktop.transport.session import Session
from sync_desktop.transport.tls import make_client
from tests.transport.wire import FakeClock, Journal, Server, TestDialect, create, failure_of, read, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a certificate for this machine that nobody has signed but itself, with its key in the same file."""
    pytest.importorskip("cryptography", reason="comes with the keyring on Linux only")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


def session_to(port: int, trust: ssl.SSLContext | None = None) -> Session:
    clock = FakeClock()

    async def sign() -> dict[str, str]:
        return {"Api-Key": "some-key"}

    return Session(
        site_id="site",
        base_url=f"https://127.0.0.1:{port}/api",
        dialect=TestDialect(),
        signer=sign,
        journal=Journal(),
        clock=clock,
        latch=CredentialsLatch(1, None, lambda _version: None),
        gate=Gate(clock),
        writes=True,
        client=make_client(5, trust),
    )


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def close(session: Session) -> None:
    """Close the client, which is ours since it was handed in."""
    await session.aclose()
    await session._wire._client.aclose()


async def test_a_certificate_that_the_system_does_not_trust_is_told_and_gets_no_credentials(certificate: Path) -> None:
    server = Server()
    async with serving(server.handle, ssl_context=server_side(certificate)) as port:
        session = session_to(port)
        failure = await failure_of(session, read())
        await close(session)
    assert failure.message.startswith("The certificate of 127.0.0.1 is not trusted by this system: self")
    assert (failure.facts["reason"], failure.facts["sent"]) == ("certificate", "no")
    assert server.received == []


async def test_a_certificate_that_is_trusted_lets_requests_through(certificate: Path) -> None:
    server = Server()
    async with serving(server.handle, ssl_context=server_side(certificate)) as port:
        session = session_to(port, ssl.create_default_context(cafile=certificate))
        assert (await session.send(create())).status == 200
        await close(session)


async def test_a_server_that_speaks_no_tls_is_told() -> None:
    async def plain(_request: web.Request) -> web.StreamResponse:
        return web.Response()

    async with serving(plain) as port:
        session = session_to(port)
        failure = await failure_of(session, create())
        await close(session)
    assert failure.facts["sent"] == "no"
    assert failure.message == "No secure connection to 127.0.0.1 could be agreed on."
