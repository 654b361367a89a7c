"""Runs commands in processes of their own that can be killed, each ordered by a JSON object on a line.

    python rough_runner.py SOCKET

Whoever connects to the Unix socket SOCKET is served by a process of his own until he hangs up; the line "ready" on
stdout says that one can. An order is a line with `{"argv": [WORD...], "user": N or null, "file_limit": BYTES or null}`:
the command, the user to run it as, and the size beyond which no file may grow.

Everything is loaded once and each command is forked off, which costs a tenth of a fresh start. To each command it
answers `{"pid": N}` when it has begun, and `{"status": S, "out": TEXT, "err": TEXT}` when it has ended. The one thing
that differs from `sync-desktop` is that nobody waits out a grace period.
"""

import gc
import json
import os
import resource as limits
import signal
import socket
import sys
import tempfile
import traceback
from functools import cache
from typing import IO, Any
from unittest import mock

import anyio.to_thread
import httpcore

from sync_desktop.assembly import connections
from sync_desktop.cli import check, dismiss, issues, links, main, mappings, refresh, retry, sync
from sync_desktop.diagnosis import match
from sync_desktop.diagnosis.rules import RulePacks
from sync_desktop.psa import autotask, connectwise, halopsa
from sync_desktop.resources import resource
from sync_desktop.sync import batch

LOADED = (anyio, httpcore, match, batch, check, connections, dismiss, issues, links, mappings, refresh, retry, sync)
"""A command that runs as somebody else may not be allowed to read Python's own modules any more."""


def _child(order: dict[str, Any], out: IO[bytes], err: IO[bytes]) -> None:
    """Run one command and end the process."""
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    status = 70
    try:
        if order["file_limit"] is not None:
            limits.setrlimit(limits.RLIMIT_FSIZE, (order["file_limit"], order["file_limit"]))
        if order["user"] is not None:
            os.setuid(order["user"])
        status = main.main(order["argv"])
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _serve(connection: socket.socket) -> None:
    """Run one command after the other, until nobody orders any more."""
    for line in connection.makefile("rb"):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                _child(json.loads(line), out, err)
            _tell(connection, {"pid": pid})
            _, ended = os.waitpid(pid, 0)
            told = {"status": os.waitstatus_to_exitcode(ended), "out": _text(out), "err": _text(err)}
            _tell(connection, told)


def _tell(connection: socket.socket, what: dict[str, Any]) -> None:
    connection.sendall(f"{json.dumps(what)}\n".encode())


def _listen(path: str) -> None:
    """Serve everybody who connects, each in a process of his own."""
    autotask.GRACE_SECONDS = connectwise.GRACE_SECONDS = halopsa.GRACE_SECONDS = 0.0
    read = cache(RulePacks.load)
    read(resource("diagnosis"))
    mock.patch.object(RulePacks, "load", read).start()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who serve
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _serve(connection)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    _listen(sys.argv[1])
