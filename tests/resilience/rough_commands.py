"""Commands in processes of their own, for tests that kill them or let two of them meet."""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
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

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def start(self, *argv: str, user: int | None = None, file_limit: int | None = None) -> int:
        """Start a command, as a user and with a limit for files where these are named; return its process id."""
        order = {"argv": argv, "user": user, "file_limit": file_limit}
        self._writer.write(json.dumps(order).encode() + b"\n")
        await self._writer.drain()
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
        told: dict[str, Any] = json.loads(await asyncio.wait_for(self._reader.readline(), 30))
        return told


@cache
def _runner() -> str:
    """Start what runs commands, which loads everything once for all tests of this process; return its socket."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    path = str(Path(folder.name) / "runner")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "rough_runner.py"), path], env=environment, stdout=subprocess.PIPE
    )

    def end() -> None:
        process.kill()
        process.communicate()
        folder.cleanup()

    atexit.register(end)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return path


@asynccontextmanager
async def commands() -> AsyncIterator[Commands]:
    """Run commands one after the other, each forked off a process that has everything loaded."""
    reader, writer = await asyncio.open_unix_connection(_runner())
    try:
        yield Commands(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
