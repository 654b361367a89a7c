"""How every mapping of a site stands, from what is stored alone: pages and commands ask this, and it asks no PSA."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from sync_desktop.domain.mappings import BETWEEN_PARTS, OTHERS, OTHERS_LABEL, SITE, MappingKind, Target
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.records import Category, FieldValue
from sync_desktop.domain.sites import Site
from sync_desktop.mapping.needs import CATEGORY, Source
from sync_desktop.mapping.state import Judged, Known, judged
from sync_desktop.mapping.usage import Usage, Use
from sync_desktop.mapping.votes import votes
from sync_desktop.psa.connector import Connector
from sync_desktop.storage import audits, mappings, records, todos
from sync_desktop.storage.audits import Audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the quoting side, where it leads, and what that means."""

    kind: MappingKind
    source_id: str
    source_name: str
    mapping: ValueMapping | None
    """The mapping that counts."""
    target: Target | None
    """What it leads to, as it was last seen."""
    judged: Judged
    use: Use
    beneath: ValueMapping | None = None
    """What would count without the origin that does."""
    todo: bool = False
    """Whether Salesbuildr's own copy is still to be mended."""

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look at it."""
        return self.judged.state.needs_attention


@dataclass(frozen=True, slots=True)
class Standing:
    """Every mapping of a site; those of one kind are in the order of their names."""

    site: Site
    kinds: tuple[MappingKind, ...]
    entries: Mapping[str, Sequence[Entry]]
    """By kind."""
    targets: Mapping[str, Mapping[str, Target]]
    """What each kind can lead to, as it was last seen, by kind and id; rows that targets are made of, too."""
    usage: Usage
    audit: Audit | None
    """The last one."""

    def used(self, sources: Collection[Source]) -> Use:
        """Return what needs any of these sources."""
        found = Use()
        for entry in self.all():
            if (entry.kind.name, entry.source_id) in sources:
                found.add(entry.use)
        return found

    def all(self) -> Iterable[Entry]:
        """Yield the mappings of all kinds."""
        for kind in self.kinds:
            yield from self.entries[kind.name]


def standing(conn: Connection, site: Site, connector: Connector, used: Usage) -> Standing:
    """Read how the mappings of a site stand; `used` is what needs each source."""
    return _Reading(conn, site, connector, used).standing()


class _Reading:
    """Puts together what is stored of one site."""

    def __init__(self, conn: Connection, site: Site, connector: Connector, used: Usage) -> None:
        self._site = site
        self._connector = connector
        self._kinds = connector.mapping_kinds
        self._usage = used
        self._targets = mappings.all_targets(conn, site.id)
        self._audit = audits.newest(conn, site.id)
        self._todos = {(each.kind, each.source_id) for each in todos.todos(conn, site.id)}
        self._mapped: dict[str, dict[str, ValueMapping]] = defaultdict(dict)
        self._beneath: dict[Source, ValueMapping] = {}
        for source, by_origin in mappings.all_origins(conn, site.id).items():
            first, *others = by_origin.values()
            self._mapped[source[0]][source[1]] = first
            if others:
                self._beneath[source] = others[0]
        self._listed = {kind.name: _listed(conn, site.id, kind) for kind in self._kinds}
        self._further = {kind.name: self._led_to(kind) for kind in self._kinds}
        self._votes = votes(conn, site.id)

    def standing(self) -> Standing:
        return Standing(
            site=self._site,
            kinds=tuple(self._kinds),
            entries={kind.name: self._of_kind(kind) for kind in self._kinds},
            targets=self._targets,
            usage=self._usage,
            audit=self._audit,
        )

    def _of_kind(self, kind: MappingKind) -> list[Entry]:
        mapped = self._mapped[kind.name]
        known = {each.source_id: each.source_name for each in mapped.values()}
        named = {source_id: name for (of, source_id), name in self._usage.sources.items() if of == kind.name}
        led_to = {target_id: self._first_part(kind, target_id) for target_id in self._further[kind.name]}
        listed = {each.id: each.name for each in self._listed[kind.name]}
        for source_id, name in (*listed.items(), *named.items(), *led_to.items()):
            known[source_id] = known.get(source_id) or name
        for each in self._listed[kind.name]:
            if each.deleted and not self._usage.of(kind.name, each.id):
                known.pop(each.id)
        if kind.has_default or kind.source == SITE:
            known[OTHERS] = kind.source_label if kind.source == SITE else OTHERS_LABEL
        called = Counter(_plain(each.name) for each in self._targets.get(kind.name, {}).values() if each.valid)
        found = [self._entry(kind, source_id, name or source_id, mapped, called) for source_id, name in known.items()]
        return sorted(found, key=lambda each: (each.source_id == OTHERS, each.source_name.casefold(), each.source_id))

    def _entry(
        self,
        kind: MappingKind,
        source_id: str,
        name: str,
        mapped: Mapping[str, ValueMapping],
        called: Mapping[str, int],
    ) -> Entry:
        mapping = mapped.get(source_id)
        target = self._targets.get(kind.name, {}).get(mapping.target_id) if mapping else None
        use = self._use(kind, source_id, mapped)
        known = Known(
            kind=kind,
            psa=self._site.psa.label,
            source_id=source_id,
            source_name=name,
            mapping=mapping,
            target=target,
            problem=self._audit.problems.get(kind.name) if self._audit else None,
            needed=bool(use),
            needed_elsewhere=any(self._usage.of(each.name, source_id) for each in self._siblings(kind)),
            default=mapped.get(OTHERS) if kind.has_default and source_id != OTHERS else None,
            parts=self._parts(target),
            twins=called[_plain(target.name)] - 1 if target and target.valid else 0,
            said=self._said(kind, source_id),
        )
        source = (kind.name, source_id)
        beneath, todo = self._beneath.get(source), source in self._todos
        return Entry(kind, source_id, name, mapping, target, judged(known), use, beneath, todo)

    def _use(self, kind: MappingKind, source_id: str, mapped: Mapping[str, ValueMapping]) -> Use:
        """Return what needs a source; of a default, what needs any source that has no mapping of its own."""
        if kind.sources_from:
            led_to = self._further[kind.name]
            led_here = led_to.get(source_id, ()) if source_id != OTHERS else chain(*led_to.values())
            return self._usage.together(led_here)
        if source_id != OTHERS or kind.source == SITE:
            return self._usage.of(kind.name, source_id)
        return self._usage.together(
            (of, each) for of, each in self._usage.uses if of == kind.name and (each == OTHERS or each not in mapped)
        )

    def _led_to(self, kind: MappingKind) -> dict[str, list[Source]]:
        """Return what other kinds' mappings lead to that this kind maps further, with the sources that lead there."""
        found: dict[str, list[Source]] = defaultdict(list)
        for of in kind.sources_from:
            for source_id, mapping in self._mapped[of].items():
                found[mapping.target_id.partition("/")[0]].append((of, source_id))
        return found

    def _first_part(self, kind: MappingKind, target_id: str) -> str:
        """Return the name of what other kinds' mappings lead to, by the first of its parts."""
        for of in kind.sources_from:
            for each in self._targets.get(of, {}).values():
                if each.id.partition("/")[0] == target_id:
                    return each.name.partition(BETWEEN_PARTS)[0]
        return ""

    def _siblings(self, kind: MappingKind) -> Iterable[MappingKind]:
        """Return the other kinds that Salesbuildr feeds from the same member of the same source."""
        same = (kind.source, kind.quoting_member)
        return (each for each in self._kinds if each is not kind and (each.source, each.quoting_member) == same)

    def _said(self, kind: MappingKind, source_id: str) -> list[tuple[str, int]]:
        """Return what linked products have, by name."""
        targets = self._targets.get(kind.name, {})
        counted = self._votes.get((kind.name, source_id), ())
        return [
            (targets[each.target_id].name if each.target_id in targets else f"#{each.target_id}", each.count)
            for each in counted
        ]

    def _parts(self, target: Target | None) -> tuple[str, ...]:
        if target is None or "/" not in target.id:
            return ()
        return tuple(part.what for part in self._connector.inquiries.parts(target.kind, target.id))


def _listed(conn: Connection, site_id: str, kind: MappingKind) -> Sequence[Category | FieldValue]:
    """Return what the quoting side lists of a kind's source, whether or not any record names it."""
    if kind.source == SITE:
        return ()
    if kind.source == CATEGORY:
        return records.categories(conn, site_id)
    return records.field_values(conn, site_id, kind.source)


def _plain(name: str) -> str:
    return name.strip().casefold()
