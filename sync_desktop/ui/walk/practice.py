"""What the walk needs of the practice servers; whoever starts them hands it in."""

from typing import Any, Protocol


class Practice(Protocol):
    """The sandbox's control server."""

    described: dict[str, Any]

    async def rows(self, path: str) -> list[dict[str, Any]]:
        """Return what a system holds, such as `autotask/Quotes`."""
        ...

    async def change(self, path: str, **changes: Any) -> None:
        """Change one row behind everybody's back."""
        ...

    async def fault(self, **rule: Any) -> None:
        """Order a fault."""
        ...

    async def clear_faults(self) -> None:
        """Order no fault any more."""
        ...

    async def requests(self) -> list[dict[str, Any]]:
        """Return the requests served, since the last `forget`."""
        ...

    async def writes(self) -> list[str]:
        """Return the requests served that were no reads, as "POST path", since the last `forget`."""
        ...

    async def forget(self) -> None:
        """Forget the requests served so far."""
        ...

    async def vendor_sync(self, number: str) -> None:
        """Let Salesbuildr's own integration write a quote."""
        ...
