"""Commands in processes of their own, for tests that kill them or let two of them meet."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; a status below zero is the signal that killed it."""

    status: int
    out: str
    err: str


class Commands:
    """Runs one command at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def start(self, *argv: str, user: int | None = None, file_limit: int | None = None) -> int:
        """Start a command, as a user and with a limit for files where these are named; return its process id."""
        assert self._process.stdin is not None
        order = {"argv": argv, "user": user, "file_limit": file_limit}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        return int((await self._told())["pid"])

    async def ended(self) -> Ended:
        """Wait for the command's end."""
        return Ended(**await self._told())

    async def run(self, *argv: str, user: int | None = None, file_limit: int | None = None) -> Ended:
        """Run a command to its end."""
        await self.start(*argv, user=user, file_limit=file_limit)
        return await self.ended()

    async def kill(self, pid: int) -> Ended:
        """Kill a command as the system does when nothing else helps."""
        os.kill(pid, signal.SIGKILL)
        return await self.ended()

    async def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 30))
        return told


@asynccontextmanager
async def commands() -> AsyncIterator[Commands]:
    """Load everything once, in a process that forks each command off."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "rough_runner.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        yield Commands(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.stdin.wait_closed()
        await process.wait()
