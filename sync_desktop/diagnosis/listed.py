"""What is known of lines of Salesbuildr's own Issues page: how they read, and what to do with nothing but such a line.

A file beside the packs, since it is about rules of all of them.
"""

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from sync_desktop.diagnosis.texts import Steps
from sync_desktop.domain.model import Model

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path
    from typing import Self

LISTED_FILE = "listed.toml"


class Entry(Model):
    """Steps that are the same for some rules."""

    rules: tuple[str, ...] = Field(min_length=1)
    steps: Steps = Field(min_length=1)


class Listed(Model):
    """The file."""

    sentences: tuple[str, ...] = ()
    """Sentences of Salesbuildr's help, as its page shows them."""
    listed: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "Self":
        names = [rule for entry in self.listed for rule in entry.rules]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"has the rule {repeated} twice")
        return self

    @property
    def steps(self) -> Mapping[str, Steps]:
        """The steps by the rule that they are for."""
        return {rule: entry.steps for entry in self.listed for rule in entry.rules}


def read_listed(file: "Traversable | Path") -> Listed:
    """Return what the file holds; nothing where there is none. Raises what reading TOML raises, and ValueError."""
    return Listed.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else Listed()
