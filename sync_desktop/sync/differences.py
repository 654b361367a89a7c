"""Three-way comparison: what was sent, what the record says now, what the PSA has (safety, rule 7)."""

from collections.abc import Collection, Mapping
from typing import Any

from sync_desktop.domain.links import Link
from sync_desktop.domain.plans import FieldDifference
from sync_desktop.domain.values import same_value
from sync_desktop.domain.words import LinkOrigin


def last_sent(link: Link | None, updatable: Collection[str]) -> Mapping[str, Any]:
    """Return the value last sent per field; of a row that was created here, what was left out was sent as nothing."""
    if link is None:
        return {}
    left_out = dict.fromkeys(updatable) if link.sent and link.origin is LinkOrigin.CREATED else {}
    return {**left_out, **link.sent}


def compare(
    *, sent: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], updatable: Collection[str]
) -> tuple[FieldDifference, ...]:
    """Return the fields in which record and PSA differ.

    A field that this program never sent is shown and never written. One that both sides changed since is a conflict.
    """
    found: list[FieldDifference] = []
    for name in sorted(updatable):
        mine, their = ours.get(name), theirs.get(name)
        if same_value(mine, their):
            continue
        before = sent.get(name)
        if name in sent and same_value(mine, before):
            continue  # the PSA was changed on purpose, the quoting side was not: nothing to say
        conflict = name in sent and not same_value(their, before)
        found.append(FieldDifference(field=name, sent=before, ours=mine, theirs=their, conflict=conflict))
    return tuple(found)


def updates(differences: Collection[FieldDifference], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an update sends: fields that this program sent and only the quoting side changed since.

    A value that was taken away is sent as null, which clears it.
    """
    return {each.field: each.ours for each in differences if each.field in sent and not each.conflict}


def agreed(
    *, sent: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], updatable: Collection[str]
) -> dict[str, Any]:
    """Return the fields in which both sides are the same, though something else was last sent.

    An update whose answer was lost leaves this behind, and so do two people who made the same change.
    """
    names = [name for name in sorted(updatable) if name in sent and same_value(ours.get(name), theirs.get(name))]
    return {name: ours.get(name) for name in names if not same_value(ours.get(name), sent[name])}
