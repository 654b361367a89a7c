"""The topics of the Help page, kept as TOML beside the rule packs."""

import tomllib
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from sync_desktop.domain.failures import UserError
from sync_desktop.domain.model import Model
from sync_desktop.resources import resource

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

HELP_FILE = "help.toml"
AUTOTASK_OPPORTUNITIES = "autotask-opportunities"
"""The topic that is shown on every Autotask opportunity: its changes are not reported, and why."""


class Topic(Model):
    """One topic of Help. `**bold**` marks names in its paragraphs."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    title: str = Field(min_length=1)
    paragraphs: tuple[str, ...] = Field(min_length=1)


class _Topics(Model):
    topic: tuple[Topic, ...] = Field(min_length=1)


def topics(file: "Traversable | Path | None" = None) -> tuple[Topic, ...]:
    """Return the topics in the page's order; `file` is the installed one by default. UserError for a damaged one."""
    source = file if file is not None else resource(f"diagnosis/{HELP_FILE}")
    try:
        found = _Topics.model_validate(tomllib.loads(source.read_text(encoding="utf-8"))).topic
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserError(
            f"The help texts in {source.name} cannot be read; please install Sync Desktop again."
        ) from error
    ids = [topic.id for topic in found]
    if repeated := next((name for name in ids if ids.count(name) > 1), None):
        raise UserError(f"The help texts in {source.name} have two topics of the name {repeated}.")
    return found
