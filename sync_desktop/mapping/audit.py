"""Compares every mapping of a site with the PSA as it is now: a handful of calls, reads only, and nothing is guessed.

Linked products are asked where a category leads nowhere, or to what is broken; then the lists of all kinds are read,
each once. What could not be read keeps what was known of it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from sync_desktop.domain.failures import Failure, SyncError
from sync_desktop.domain.links import Link
from sync_desktop.domain.mappings import Mapping as ValueMapping
from sync_desktop.domain.mappings import Target, Todo
from sync_desktop.domain.records import Product
from sync_desktop.domain.words import IssueState
from sync_desktop.mapping.broken import mapping_of
from sync_desktop.mapping.changes import Targets, changed, gone, listed
from sync_desktop.mapping.discover import Finding, Tally, keep_findings, tallied
from sync_desktop.mapping.needs import CATEGORY, Source
from sync_desktop.mapping.recover import Clue, clues, recovered
from sync_desktop.mapping.votes import save_votes
from sync_desktop.psa.listing import ENDS_ALL
from sync_desktop.storage import audits, issues, mappings, records, todos
from sync_desktop.storage.audits import Audit
from sync_desktop.storage.issue_query import IssueQuery
from sync_desktop.storage.transaction import Transaction
from sync_desktop.sync.budget_guard import BATCH_SHARE, guard
from sync_desktop.sync.calls import keep_calls
from sync_desktop.sync.site_run import SiteRun
from sync_desktop.sync.write import unbroken

PRODUCTS = "linked products"
"""Under which a problem with asking products is kept; it is no kind."""
MOST_PRODUCTS = 200
"""Linked products that are asked in one go at most; most PSAs give that many in one call."""
STEPS = 3
"""Linked products, lists, and linked products again where the lists show that more is broken."""
_ALL = 1_000_000

OnStep = Callable[[int, str], None]
"""Hears which step begins, counted from 0, and what it does, in words."""


async def audit(run: SiteRun, on_step: OnStep = lambda _step, _words: None) -> Audit:
    """Audit a site, keep what was found, and return it.

    Raises `SyncError` where nothing can be read at all: credentials, network, budget. Nothing is kept then, and what
    the audit before has found stays.
    """
    started = run.clock.monotonic()
    run.journal.open()
    looking = _Looking(run, on_step)
    try:
        await guard(run, BATCH_SHARE, fresh=True)
        await looking.look()
    finally:
        exchanges = await unbroken(keep_calls(run))
    made = Audit(
        at=run.clock.now(),
        calls=sum(each.system == run.site.psa.value for each in exchanges),
        milliseconds=round((run.clock.monotonic() - started) * 1000),
        problems=looking.problems,
    )
    return await run.workspace.write(lambda tx: _keep(tx, run.site.id, looking, made))


@dataclass(frozen=True, slots=True)
class _Before:
    """What is stored when an audit begins."""

    counts: Mapping[Source, ValueMapping]
    targets: Targets
    categories: Sequence[str]
    copies: Sequence[Todo]
    """Salesbuildr's own copies that are still to be mended: what they lead to is asked as well."""
    clues: Sequence[Clue]


@dataclass(slots=True)
class _Looking:
    """One audit under way."""

    run: SiteRun
    on_step: OnStep
    before: _Before = field(init=False)
    problems: dict[str, Failure] = field(default_factory=dict)
    targets: dict[str, dict[str, Target]] = field(default_factory=dict)
    """What was listed, by the kind that it is kept under and by id."""
    tallies: list[Tally] = field(default_factory=list)
    asked: set[Source] = field(default_factory=set)
    """The categories whose products were asked."""
    recovered: list[ValueMapping] = field(default_factory=list)

    async def look(self) -> None:
        """Ask everything; raises `SyncError` where nothing more can be asked."""
        self.before = await self.run.workspace.read(lambda conn: _before(conn, self.run))
        self.on_step(0, "what linked products have")
        await self._ask_products(self._astray(self.before.targets))
        await self._recover()
        self.on_step(1, f"the lists of {self.run.site.psa.label}")
        await self._list()
        self.on_step(2, "what linked products have where more is broken")
        await self._ask_products(self._astray(self.targets) - self.asked)

    @property
    def findings(self) -> list[Finding]:
        """What products say."""
        return [finding for tally in self.tallies for finding in tally.findings(self.targets)]

    def _astray(self, targets: Targets) -> set[Source]:
        """Return the categories that lead nowhere, or to what is known to be broken."""
        kinds = [kind.name for kind in self.run.connector.mapping_kinds if kind.source == CATEGORY and kind.held_by]
        found = {(kind, category) for kind in kinds for category in self.before.categories}
        return {source for source in found if not _leads_well(self.before.counts.get(source), targets)}

    async def _ask_products(self, sources: Collection[Source]) -> None:
        """Ask linked products of these categories what they have; a question that is refused tells nothing."""
        if not sources:
            return
        self.asked |= set(sources)
        kinds = [kind for kind in self.run.connector.mapping_kinds if kind.held_by]

        def is_asked(product: Product, link: Link) -> bool:
            category = product.category.id
            return any((kind.name, category) in sources and link.entity in kind.held_by for kind in kinds)

        try:
            self.tallies.append(await tallied(self.run, is_asked, most=MOST_PRODUCTS))
        except SyncError as error:
            self._note(PRODUCTS, error)

    async def _recover(self) -> None:
        """Look what only error texts tell, unless products tell more."""
        told = {source: set(votes) for tally in self.tallies for source, votes in tally.counted.items()}
        for clue in self.before.clues:
            explained = any(clue.row_id in target.split("/") for votes in told.values() for target in votes)
            if explained or (clue.kind, clue.source_id) in told:
                continue
            try:
                mapping = await recovered(self.run.connector, clue)
            except SyncError as error:
                self._note(clue.kind, error)
                continue
            if mapping is not None:
                self.recovered.append(mapping)

    async def _list(self) -> None:
        """Read the lists of all kinds, with what mappings lead to."""
        kinds = [kind.name for kind in self.run.connector.mapping_kinds]
        wanted = {kind: {target.id: target for target in self._wanted(kind)} for kind in kinds}
        found = await self.run.connector.listings({kind: list(targets) for kind, targets in wanted.items()})
        for kind, listing in found.items():
            if listing.failure is not None:
                self.problems[kind] = listing.failure
            else:
                self.targets |= listed(kind, listing, self.before.targets, wanted[kind].values())

    def _wanted(self, kind: str) -> Iterable[Target]:
        """Yield what mappings of a kind lead to, as gone: that is what it is unless a list shows it."""
        for mapping in (*self.before.counts.values(), *self.recovered):
            if mapping.kind == kind:
                yield gone(kind, mapping.target_id, mapping.target_name)
        for copy in self.before.copies:
            if copy.kind == kind and copy.bad_target_id:
                yield gone(kind, copy.bad_target_id, copy.bad_target_name)
        for tally in self.tallies:
            for target_id in tally.wanted(kind):
                yield gone(kind, target_id, "")

    def _note(self, kind: str, error: SyncError) -> None:
        """Keep why something could not be asked; raises it where everything else would fail of the same."""
        if error.failure.kind in ENDS_ALL:
            raise error
        self.problems.setdefault(kind, error.failure)


def _leads_well(mapping: ValueMapping | None, targets: Targets) -> bool:
    """Say whether a mapping leads to what is not known to be broken."""
    target = targets.get(mapping.kind, {}).get(mapping.target_id) if mapping is not None else None
    return mapping is not None and not (target is not None and target.state.is_broken)


def _before(conn: Connection, run: SiteRun) -> _Before:
    site_id = run.site.id
    return _Before(
        counts={(each.kind, each.source_id): each for each in mappings.mappings(conn, site_id)},
        targets=mappings.all_targets(conn, site_id),
        categories=[each.id for each in records.categories(conn, site_id) if not each.deleted],
        copies=todos.todos(conn, site_id),
        clues=clues(conn, site_id, run.connector),
    )


def _keep(tx: Transaction, site_id: str, looking: _Looking, made: Audit) -> Audit:
    """Keep what an audit has found, in one transaction, and return it with what changed since the one before."""
    targets = looking.targets
    made = replace(made, changes=tuple(changed(looking.before.targets, targets, made.at)))
    keep_findings(tx, site_id, looking.findings, at=made.at)
    save_votes(tx, site_id, looking.findings)
    for mapping in looking.recovered:
        mappings.save_mapping(tx, site_id, mapping, at=made.at)
    for kind, each in targets.items():
        mappings.save_targets(tx, site_id, kind, each.values(), at=made.at)
    audits.save_audit(tx, site_id, made)
    waiting = issues.listed(tx.conn, IssueQuery(site_id=site_id, state=IssueState.OPEN, limit=_ALL))
    tx.touch("issues", *(issue.id for issue in waiting if any(map(mapping_of, issue.failures))))
    return made
