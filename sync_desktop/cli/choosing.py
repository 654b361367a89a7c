"""Which sites a command is about: the one that is named, the one that has what is asked for, or all."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from sync_desktop.cli.workspace import chosen_site
from sync_desktop.domain.failures import UserError
from sync_desktop.domain.records import RecordRef
from sync_desktop.workbench.bench import Workbench
from sync_desktop.workbench.views import SiteBand


async def chosen_sites(bench: Workbench, name: str | None) -> tuple[SiteBand, ...]:
    """Return the site of that name, or all where none is named; `UserError` where there is none."""
    known = await bench.sites.sites()
    return known if name is None and known else (await chosen_site(bench, name),)


async def site_with(
    bench: Workbench, name: str | None, has: Callable[[SiteBand], Awaitable[bool]], *, what: str
) -> SiteBand:
    """Return the site of that name; where none is named, the only one that has what is asked for.

    `what` names that in the sentence of a `UserError`.
    """
    known = await chosen_sites(bench, name)
    if len(known) == 1:
        return known[0]
    found = [site for site in known if await has(site)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{site.name}”" for site in found or known)
    if found:
        raise UserError(f"Several sites have {what}: name one with --site; there are {names}.")
    raise UserError(f"No site has {what}, of {names}; “sync-desktop refresh” reads what is new.")


async def site_of(bench: Workbench, name: str | None, ref: RecordRef) -> SiteBand:
    """Return the site of that name; where none is named, the one that has a record."""
    return await site_with(bench, name, lambda site: bench.links.knows(site.id, ref), what=f"the record {ref}")


@contextmanager
def unknown_told() -> Iterator[None]:
    """Tell of an issue that is named and not there in one sentence."""
    try:
        yield
    except LookupError as error:
        raise UserError(f"{error}; “sync-desktop issues --state all” lists all there are.") from error


def print_head(site: SiteBand, sites: Sequence[SiteBand]) -> None:
    """Print whose lines follow, where several sites have some."""
    if len(sites) > 1:
        print(f"{site.name} ({site.psa_label})")
