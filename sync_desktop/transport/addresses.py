"""Which addresses a session may talk to."""

import re
from functools import lru_cache
from urllib.parse import unquote

import httpx

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.words import FailureKind

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The hosts that plain http is good enough for, and that no proxy is asked for."""


def is_loopback(url: httpx.URL) -> bool:
    """Tell whether an address is on this machine."""
    return url.host in LOOPBACK


class Home:
    """The base address of a session, and what belongs to it.

    Raises SyncError for an address that carries a user name, or that is not https: plain http is for this machine only.
    """

    def __init__(self, base_url: str) -> None:
        self.text = base_url
        self.url = _parsed(base_url)
        if not self.host:
            raise _refused(f"{base_url!r} is not the address of a server.")
        if self.url.userinfo:
            raise _refused("An address must not carry a user name or password.")
        if self.url.scheme != "https" and not (self.url.scheme == "http" and is_loopback(self.url)):
            raise _refused(f"{self.host} has to be reached by https; plain http is for this machine only.")

    @property
    def host(self) -> str:
        """The host's name."""
        return self.url.host

    def join(self, path: str) -> httpx.URL:
        """Return the whole address of a path below the base, or of a whole address of the same origin."""
        if _climbs(path):
            raise _refused("A path must not climb out of its folder.")
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", path) or path.startswith("//"):
            url = _parsed(path)
            if not self.owns(url) or url.userinfo:
                raise _refused(f"Requests for {self.host} are never sent to {url.host or 'another place'}.")
        else:
            url = _parsed(f"{str(self.url).rstrip('/')}/{path.lstrip('/')}")
        return url

    def owns(self, url: httpx.URL) -> bool:
        """Tell whether an address has the same scheme, host and port."""
        return _origin(url) == _origin(self.url)

    def relative(self, url: httpx.URL) -> str:
        """Return the path of an address below the base, without a leading slash; with one where it lies outside."""
        base = self.url.path.rstrip("/") + "/"
        return url.path.removeprefix(base) if url.path.startswith(base) else url.path


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _climbs(path: str) -> bool:
    return ".." in re.split(r"[/\\]", unquote(path.partition("?")[0]))


@lru_cache(maxsize=512)  # an address is looked at before it is asked for, and mostly asked for again
def _parsed(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        pass
    raise _refused("The address is not a valid one.")


def _refused(message: str) -> SyncError:
    return SyncError(Failure(kind=FailureKind.NETWORK, message=message, facts={"sent": "no", "reason": "address"}))
