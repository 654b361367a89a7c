"""What an audit says of one mapping: a pure function of what is stored, and the words that a page shows for it.

A question that failed never makes a mapping broken; what nothing needs is never in anybody's way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sync_desktop.domain.failures import Failure
from sync_desktop.domain.mappings import OTHERS, SITE, Mapping, MappingKind, Target, is_whole
from sync_desktop.domain.words import FailureKind, MappingOrigin, MappingState


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is known of one mapping."""

    kind: MappingKind
    psa: str
    """What the PSA is called."""
    source_id: str
    source_name: str
    mapping: Mapping | None
    """The mapping that counts."""
    target: Target | None = None
    """What it leads to, as the last audit that could read the kind saw it; None where none has."""
    problem: Failure | None = None
    """Why the last audit could not read the kind."""
    needed: bool = True
    """Whether a record, an open quote or an open issue needs the source."""
    needed_elsewhere: bool = False
    """Whether another kind that Salesbuildr feeds from the same member is the one that needs it."""
    default: Mapping | None = None
    """The kind's mapping of all others."""
    parts: tuple[str, ...] = ()
    """The PSA's words for the rows that the target's identifier names, in its order."""
    twins: int = 0
    """Other valid targets of the same name."""
    said: Sequence[tuple[str, int]] = field(default=())
    """What linked products have, and how many of each, the most first; it counts where nothing else is known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A state, as the page says it, and the sentence behind it."""

    state: MappingState
    text: str
    why: str


def judged(known: Known) -> Judged:
    """Return the state of a mapping."""
    if known.mapping is None:
        return _unmapped(known)
    if known.problem is not None:
        return _unread(known, known.problem)
    if known.target is None:
        why = f"{known.psa} has not been asked about {_called(known.mapping)} yet; an audit does that."
        return _plain(MappingState.UNKNOWN, why)
    found = _led(known, known.mapping, known.target)
    return found if _matters(known, found.state) else _never_used(known, known.target)


def _unmapped(known: Known) -> Judged:
    """Say what it means that a source leads nowhere."""
    what = known.kind.source_label.casefold()
    if known.source_id == OTHERS and known.kind.source != SITE:
        alone = f"each {what} needs a mapping of its own"
        then = "what has no mapping of its own does without one" if known.kind.optional else alone
        return Judged(MappingState.UNUSED, "Not set", f"As long as it is not, {then}.")
    if len(known.said) > 1:
        has = ", ".join(f"{count:,} {'has' if count == 1 else 'have'} {name}" for name, count in known.said)
        return _plain(MappingState.AMBIGUOUS, f"Linked products contradict each other: {has}. Nothing else is known.")
    if known.default is not None:
        leads = f"It has no mapping of its own and uses that of all others, {_called(known.default)}."
        return Judged(MappingState.VALID, "Uses all others", leads)
    if known.kind.optional:
        return Judged(MappingState.VALID, "Not needed", "It is not mapped, and nothing waits for that.")
    if not known.needed:
        return _plain(MappingState.UNUSED, "It is not mapped, and nothing that is synchronised needs it.")
    return _plain(MappingState.UNMAPPED, f"It leads to no {known.kind.target_label} of {known.psa}.")


def _unread(known: Known, problem: Failure) -> Judged:
    """Say that the last audit learnt nothing; what an earlier one saw is not repeated as if it were so now."""
    message = problem.message.rstrip(".")
    if problem.kind is FailureKind.PERMISSION:
        why = f"This API user may not read what would tell: {message}. That breaks nothing."
        return _plain(MappingState.NOT_PERMITTED, why)
    return _plain(MappingState.UNKNOWN, f"The last audit could not read it: {message}. That breaks nothing.")


def _led(known: Known, mapping: Mapping, target: Target) -> Judged:
    """Judge a mapping by what it leads to."""
    match target.state:
        case MappingState.VALID:
            return _valid(known, mapping, target)
        case MappingState.MOVED:
            return Judged(MappingState.MOVED, _moved_text(known, target), _cannot(target))
        case MappingState.PARENT_INACTIVE if target.moved_to:
            return Judged(target.state, f"{_moved_text(known, target)}, inactive", _cannot(target))
        case MappingState.GONE if "/" not in target.id:
            shows = (
                f"{known.psa} shows nothing under {target.called}, and does not say whether it was deleted or is hidden"
            )
            return _plain(MappingState.GONE, f"{shows} from this API user.")
        case MappingState.DELETED:
            why = f"{target.called} is not in {known.psa} any more: {target.why_not or 'it was deleted'}."
            return _plain(MappingState.DELETED, why)
        case MappingState.NOT_PERMITTED | MappingState.UNKNOWN:
            why = target.why_not or f"{known.psa} did not answer the question about {target.called}"
            return _plain(target.state, f"{_capital(why)}. That breaks nothing.")
        case _:
            return _plain(target.state, _cannot(target))


def _valid(known: Known, mapping: Mapping, target: Target) -> Judged:
    """Tell apart what can be used."""
    if known.twins and mapping.origin is MappingOrigin.FILE:
        many = "another one is" if known.twins == 1 else f"{known.twins} others are"
        why = f"It leads to {target.called}, and {many} called the same: say which one is meant."
        return _plain(MappingState.AMBIGUOUS, why)
    if not known.needed:
        return _never_used(known, target)
    was = mapping.target_name.strip()
    if is_whole(was) and was.casefold() != target.name.strip().casefold():
        why = f"It was called “{was}” when it was mapped, and is “{target.name}” now. It can be used."
        return _plain(MappingState.RENAMED, why)
    return _plain(MappingState.VALID, f"{target.called} can be used: {known.kind.valid_when or 'it is active'}.")


def _matters(known: Known, state: MappingState) -> bool:
    """Say whether it is worth a word that a target cannot be used.

    One member of Salesbuildr's may feed two kinds; what only the other kind needs is no trouble of this one.
    """
    if known.needed or not state.is_broken:
        return True
    shared = known.mapping is not None and known.mapping.origin is MappingOrigin.SALESBUILDR and known.needed_elsewhere
    return not (shared or state is MappingState.WRONG_KIND)


def _never_used(known: Known, target: Target) -> Judged:
    leads = target.called if target.valid else f"{target.called}, which cannot be used: {_why_not(target)}"
    return _plain(MappingState.UNUSED, f"Nothing that is synchronised needs it. It leads to {leads}.")


def _moved_text(known: Known, target: Target) -> str:
    """Return "Subcategory moved to #5": which part is under another parent, and under which."""
    before, after = target.id.split("/"), target.moved_to.split("/")
    changed = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
    if not target.moved_to or changed is None:
        return _capital(MappingState.MOVED.value)
    moved = known.parts[changed + 1] if changed + 1 < len(known.parts) else known.kind.target_label
    return f"{_capital(moved)} moved to #{after[changed]}"


def _plain(state: MappingState, why: str) -> Judged:
    return Judged(state, _capital(state.value), why)


def _cannot(target: Target) -> str:
    return f"{target.called} cannot be used: {_why_not(target)}."


def _why_not(target: Target) -> str:
    return target.why_not or f"it is {target.state.value}"


def _called(mapping: Mapping) -> str:
    return f"{mapping.target_name} (#{mapping.target_id})" if mapping.target_name else f"#{mapping.target_id}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
