"""Exchanges for the journal, with every secret cut out."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

import httpx

from sync_desktop.domain.failures import Failure

KEPT = 256 * 1024
"""Characters of a body that are kept."""

REMOVED = "[removed]"
CUT = "\n[cut off here]"

_ALWAYS_SECRET = frozenset({"authorization", "proxyauthorization", "cookie", "setcookie", "apikey"})
_SECRET_PARTS = (
    "secret",
    "password",
    "passwd",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "credential",
    "integrationcode",
    "integrationkey",
)
_SHORTEST_LITERAL = 4
"""Anything shorter would shred the text that it stands in by accident; headers are removed whatever their length."""

_JSON_NAME = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*:\s*')
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)')
_JSON_SCALAR = re.compile(r"[^\s,}\]]+")
_JSON_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]')


class Redactor:
    """Takes secrets out of what is kept: by the names of headers and members, and by value.

    `secret_headers` are the dialect's, in lower case. Values are learnt from what signs the requests, so that a secret
    that a server echoes is found wherever it stands.
    """

    def __init__(self, secret_headers: frozenset[str]) -> None:
        self._names = _ALWAYS_SECRET | {_plain(name) for name in secret_headers}
        self._literals: tuple[str, ...] = ()
        self._learnt: Mapping[str, str] = {}
        self._known: dict[str, bool] = {}

    def learn(self, signed: Mapping[str, str]) -> None:
        """Remember the secret values among the headers that sign a request."""
        if not signed or signed == self._learnt:
            return
        self._learnt = dict(signed)
        found = set(self._literals)
        for name, value in signed.items():
            if self.is_secret(name):
                found.update(form for secret in _values(value) for form in _forms(secret))
        self._literals = tuple(sorted(found, key=len, reverse=True))

    def is_secret(self, name: str) -> bool:
        """Tell whether a header or member of this name holds a secret."""
        if name not in self._known:
            plain = _plain(name)
            self._known[name] = plain in self._names or any(part in plain for part in _SECRET_PARTS)
        return self._known[name]

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers without their secrets."""
        return {name: REMOVED if self.is_secret(name) else self.text(value) for name, value in headers.items()}

    def url(self, url: httpx.URL) -> str:
        """Return an address without secrets in its query or its path."""
        for name in url.params:
            if self.is_secret(name):
                url = url.copy_set_param(name, REMOVED)
        return self.text(str(url))

    def body(self, body: bytes) -> str:
        """Return a body as text without secrets, cut at `KEPT` characters."""
        # Literals go first: the cut must not leave half of one.
        text = self.text(body.decode("utf-8", errors="replace"))
        cut = len(text) > KEPT
        text = text[:KEPT]
        if any(self.is_secret(name) for name in set(_JSON_NAME.findall(text))):  # few bodies have any
            text = "".join(self._without_members(text))
        return text + CUT if cut else text

    def text(self, text: str) -> str:
        """Return a text without the secret values that are known."""
        for literal in self._literals:
            text = text.replace(literal, REMOVED)
        return text

    def failure(self, failure: Failure) -> Failure:
        """Return a failure whose words hold no secret value."""
        facts = {name: self.text(value) for name, value in failure.facts.items()}
        return failure.model_copy(update={"message": self.text(failure.message), "facts": facts})

    def _without_members(self, text: str) -> Iterator[str]:
        """Yield the pieces of a text, the values of secret JSON members replaced; the text may be cut or no JSON."""
        position = 0
        while found := _JSON_NAME.search(text, position):
            yield text[position : found.end()]
            position = found.end()
            if self.is_secret(found[1]):
                yield f'"{REMOVED}"'
                position = _end_of_value(text, position)
        yield text[position:]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _values(header: str) -> Iterator[str]:
    """Yield a header's value and the parts of it that are secrets by themselves."""
    yield header
    scheme, _, rest = header.partition(" ")
    if rest and scheme.lower() in {"basic", "bearer"}:
        yield rest
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return
            yield f"{user}:{password}"
            yield password


def _forms(secret: str) -> Iterator[str]:
    """Yield the ways in which a value may be written in an address or in JSON."""
    if len(secret) >= _SHORTEST_LITERAL:
        yield secret
        yield quote(secret, safe="")
        yield quote_plus(secret)
        yield json.dumps(secret)[1:-1]
        yield json.dumps(secret, ensure_ascii=False)[1:-1]


def _end_of_value(text: str, start: int) -> int:
    """Return where a JSON value ends, at the latest where the text does."""
    if text[start : start + 1] in {"{", "["}:
        depth = 0
        for token in _JSON_BRACKET.finditer(text, start):
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
            if depth == 0:
                return token.end()
        return len(text)
    found = _JSON_STRING.match(text, start) or _JSON_SCALAR.match(text, start)
    return found.end() if found else start
