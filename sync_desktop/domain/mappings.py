"""Mappings: a value of the quoting side and its target in the PSA."""

from sync_desktop.domain.model import Model
from sync_desktop.domain.words import MappingOrigin, RecordKind


class MappingKind(Model):
    """What a connector declares of one kind of mapping."""

    name: str
    """In commands: `product-billing-code`."""
    label: str
    """On screen: "Category → billing code (products)"."""
    source: str
    """What is mapped: `category`, `owner`, or the name of a drop-down field."""
    source_label: str
    target_label: str
    """What it is mapped to, in the PSA's words: "billing code of use type Material"."""
    needed_by: tuple[RecordKind, ...]
    quoting_member: str = "external_id"
    """The member of the source in which Salesbuildr's API shows its own mapping; of categories, where it has one."""
    held_by: dict[str, tuple[str, ...]] = {}
    """By entity of the PSA: the fields in which its rows hold the parts of a target's identifier, joined by `/`;
    what follows an empty one is left out.

    From rows that are linked already it can be discovered what a source leads to.
    """


class Target(Model):
    """Something in the PSA that a mapping can lead to."""

    kind: str
    """The name of the mapping kind that it was listed for."""
    id: str
    name: str
    active: bool = True
    valid: bool = True
    """Active, and of the use or type that the kind demands: only such may be chosen."""
    why_not: str = ""
    """Why it cannot be chosen, in words."""
    detail: str = ""
    """Use type, general ledger account, tax category: what helps choosing."""


class Mapping(Model):
    """One value of the quoting side and the target it leads to, as one origin knows it."""

    kind: str
    source_id: str
    source_name: str
    target_id: str
    target_name: str = ""
    origin: MappingOrigin
