"""Query parameters: names in any case, flags and numbers read as ASP.NET reads them."""

from collections.abc import Mapping

from sync_desktop.sandbox.halopsa import texts
from sync_desktop.sandbox.halopsa.answers import binding

_FLAGS = {"true": True, "false": False}


class Parameters:
    """The parameters of one request. Each reader raises `RefusedError` (400) for a value of another type."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._told = {name.lower(): value for name, value in told.items()}

    def text(self, name: str) -> str:
        """Return a parameter's text, blanks at its ends removed; empty where it is missing."""
        return self._told.get(name, "").strip()

    def flag(self, name: str) -> bool | None:
        """Return a parameter as true or false; None where it is missing."""
        value = self.text(name)
        if not value:
            return None
        try:
            return _FLAGS[value.lower()]
        except KeyError:
            raise binding({name: [texts.bad_value(value)]}) from None

    def on(self, name: str) -> bool:
        """Return whether a flag is there and true."""
        return self.flag(name) is True

    def number(self, name: str) -> int | None:
        """Return a parameter as a whole number; None where it is missing."""
        value = self.text(name)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise binding({name: [texts.bad_value(value)]}) from None

    def numbers(self, name: str) -> frozenset[int] | None:
        """Return whole numbers between commas; None where the parameter is missing."""
        value = self.text(name)
        if not value:
            return None
        try:
            return frozenset(int(part) for part in value.split(",") if part.strip())
        except ValueError:
            raise binding({name: [texts.bad_value(value)]}) from None
