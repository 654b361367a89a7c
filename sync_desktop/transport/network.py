"""The one place where httpx's exceptions become failures with a plain sentence each."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpx

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.words import FailureKind
from sync_desktop.transport.addresses import is_loopback


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why no usable answer came. `sent` tells whether the request may have reached the server."""

    reason: str
    sentence: str
    sent: bool
    may_pass: bool
    """Whether trying again can help by itself."""

    def failure(self, host: str) -> Failure:
        """Return it as a failure; the fact `sent` is `no` or `unknown`."""
        facts = {"reason": self.reason, "host": host, "sent": "unknown" if self.sent else "no"}
        kind = FailureKind.UNREADABLE if self.reason == "unreadable" else FailureKind.NETWORK
        return Failure(kind=kind, message=self.sentence, facts=facts)


def trouble_of(error: httpx.HTTPError | OSError, url: httpx.URL, timeout: float) -> Trouble:
    """Return what an exception of httpx means; none of its own text is used, since that may quote headers."""
    host = url.host
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Trouble("timeout", f"Time-out: {host} could not be reached within {timeout:g} seconds.", False, True)
        case httpx.TimeoutException() | TimeoutError():
            return Trouble("timeout", f"Time-out: {host} did not answer within {timeout:g} seconds.", True, True)
        case httpx.ProxyError():
            sentence = f"The proxy that this system is set to did not let us through to {host}."
            return Trouble("proxy", sentence, False, False)
        case httpx.ConnectError():
            return _not_connected(error, url)
        case httpx.DecodingError():
            sentence = f"The answer of {host} could not be read: its compression is damaged."
            return Trouble("unreadable", sentence, True, False)
        case httpx.LocalProtocolError() | httpx.UnsupportedProtocol():
            return Trouble("request", f"The request to {host} could not be put into HTTP.", False, False)
        case _:
            sentence = f"Connection reset: {host} closed the connection before its answer was complete."
            return Trouble("reset", sentence, True, True)


def _not_connected(error: BaseException, url: httpx.URL) -> Trouble:
    host = url.host
    roots = list(_roots(error))
    certificate = next((root for root in roots if isinstance(root, ssl.SSLCertVerificationError)), None)
    if certificate:
        sentence = f"The certificate of {host} is not trusted by this system: {certificate.verify_message}."
        return Trouble("certificate", sentence, False, False)
    if any(isinstance(root, ssl.SSLError) for root in roots):
        return Trouble("tls", f"No secure connection to {host} could be agreed on.", False, False)
    if proxy_for(url):
        return Trouble("proxy", "The proxy that this system is set to cannot be reached.", False, True)
    if any(isinstance(root, socket.gaierror) for root in roots):
        return Trouble("dns", f"The name {host} could not be found. Check the address and the network.", False, True)
    if any(isinstance(root, ConnectionRefusedError) for root in roots):
        return Trouble("refused", f"{host} refused the connection: nothing answers there.", False, True)
    if any(isinstance(root, ConnectionResetError) for root in roots):
        return Trouble("reset", f"Connection reset: {host} closed the connection at once.", False, True)
    return Trouble("unreachable", f"{host} cannot be reached from this network.", False, True)


def proxy_for(url: httpx.URL) -> str:
    """Return the proxy that this system is set to use for an address; empty for none."""
    if is_loopback(url) or proxy_bypass(url.host):
        return ""
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all", "")


def _roots(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    pending = [error]
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            pending += current.exceptions
