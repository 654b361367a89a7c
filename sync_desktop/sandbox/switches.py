"""Facts about the systems that nobody has settled, as switches; a client must hold at every position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ON = "on"
OFF = "off"


class SwitchError(ValueError):
    """A switch or position that does not exist; its text says which there are."""


@dataclass(slots=True)
class Switch:
    """One unsettled fact and the position that is in force."""

    system: str
    name: str
    default: str
    positions: tuple[str, ...]
    grade: str
    """How well the default is known: D, S, L, C or I as the reference grades it."""
    about: str
    """What the positions mean, in a sentence."""
    position: str


class Switches:
    """All unsettled facts of the sandbox. Each system declares its own when it is built."""

    def __init__(self) -> None:
        self._switches: dict[tuple[str, str], Switch] = {}

    def declare(
        self,
        system: str,
        name: str,
        default: str,
        positions: Sequence[str] = (ON, OFF),
        grade: str = "I",
        about: str = "",
    ) -> None:
        """Make a switch known. Declared again (a second site of the same system), it keeps the position that it has.

        Raises `SwitchError` where the default is none of the positions.
        """
        if default not in positions:
            raise SwitchError(f"{system}.{name}: the default {default!r} is none of {', '.join(positions)}")
        known = self._switches.get((system, name))
        position = known.position if known and known.position in positions else default
        self._switches[system, name] = Switch(system, name, default, tuple(positions), grade, about, position)

    def get(self, system: str, name: str) -> str:
        """Return the position that is in force. Raises `SwitchError` for a switch that was never declared."""
        return self._switch(system, name).position

    def on(self, system: str, name: str) -> bool:
        """Return whether an on-or-off switch is on."""
        return self.get(system, name) == ON

    def set(self, system: str, name: str, value: str | bool) -> None:
        """Move a switch; true and false mean `on` and `off`. Raises `SwitchError` where there is no such position."""
        switch = self._switch(system, name)
        position = {True: ON, False: OFF}[value] if isinstance(value, bool) else value
        if position not in switch.positions:
            raise SwitchError(f"{system}.{name} can be {', '.join(switch.positions)}, not {position!r}")
        switch.position = position

    def set_all(self, values: Mapping[str, Mapping[str, str | bool]]) -> None:
        """Move several at once, `{system: {name: value}}`; where one of them is wrong, none is moved."""
        before = {key: switch.position for key, switch in self._switches.items()}
        try:
            for system, positions in values.items():
                for name, value in positions.items():
                    self.set(system, name, value)
        except SwitchError:
            for key, position in before.items():
                self._switches[key].position = position
            raise

    def reset(self) -> None:
        """Move every switch back to its default."""
        for switch in self._switches.values():
            switch.position = switch.default

    def describe(self) -> dict[str, dict[str, dict[str, object]]]:
        """Return every switch as JSON: `{system: {name: {position, default, positions, grade, about}}}`."""
        told: dict[str, dict[str, dict[str, object]]] = {}
        for (system, name), switch in sorted(self._switches.items()):
            told.setdefault(system, {})[name] = {
                "position": switch.position,
                "default": switch.default,
                "positions": list(switch.positions),
                "grade": switch.grade,
                "about": switch.about,
            }
        return told

    def _switch(self, system: str, name: str) -> Switch:
        try:
            return self._switches[system, name]
        except KeyError:
            known = ", ".join(f"{s}.{n}" for s, n in sorted(self._switches)) or "none"
            raise SwitchError(f"there is no switch {system}.{name}; there are: {known}") from None
