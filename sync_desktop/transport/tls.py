"""HTTP clients: the operating system's trust store, the system's proxy, no cookies."""

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import truststore

import sync_desktop
from sync_desktop.domain.failures import UserError
from sync_desktop.transport.addresses import LOOPBACK


def os_trust() -> ssl.SSLContext:
    """Return a context that trusts what the operating system trusts, company proxies' certificates included.

    To be made once and shared: a client with a context of its own costs ten times as much.
    """
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(timeout: float = 30.0, context: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Return a client that honours the system's proxy, but reaches this machine directly.

    `timeout` is in seconds, for connecting and for each wait on data. Raises UserError for a proxy setting that cannot
    be used.
    """
    try:
        return httpx.AsyncClient(
            verify=context or os_trust(),
            timeout=timeout,
            headers={"user-agent": f"Sync-Desktop/{sync_desktop.__version__}", "accept": "application/json"},
            # Two sites may share a host: what one is given must never travel with the other's requests.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            mounts={f"all://[{host}]" if ":" in host else f"all://{host}": None for host in LOOPBACK},
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        raise UserError(
            "The proxy that this system is set to cannot be used: only http:// and https:// proxies can."
        ) from None
