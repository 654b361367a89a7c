"""Runs commands in processes of their own that can be killed, each ordered by a JSON object on a line of stdin.

`{"argv": [WORD...], "user": N or null, "file_limit": BYTES or null}`: the command, the user to run it as, and the size
beyond which no file may grow.

Everything is loaded once and each command is forked off, which costs a tenth of a fresh start. For each command it
prints `{"pid": N}` when it has begun, and `{"status": S, "out": TEXT, "err": TEXT}` when it has ended. The one thing
that differs from `sync-desktop` is that nobody waits out a grace period.
"""

import json
import os
import resource
import sys
import tempfile
import traceback
from typing import IO, Any

import anyio.to_thread
import httpcore

from sync_desktop.assembly import connections
from sync_desktop.cli import check, issues, links, main, mappings, refresh, retry, sync
from sync_desktop.diagnosis import match
from sync_desktop.psa import autotask, connectwise, halopsa
from sync_desktop.sync import batch

LOADED = (anyio, httpcore, match, batch, check, connections, issues, links, mappings, refresh, retry, sync)
"""A command that runs as somebody else may not be allowed to read Python's own modules any more."""


def _child(order: dict[str, Any], out: IO[bytes], err: IO[bytes]) -> None:
    """Run one command and end the process."""
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    status = 70
    try:
        if order["file_limit"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_limit"], order["file_limit"]))
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


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def _serve() -> None:
    autotask.GRACE_SECONDS = connectwise.GRACE_SECONDS = halopsa.GRACE_SECONDS = 0.0
    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                _child(json.loads(line), out, err)
            _tell({"pid": pid})
            _, ended = os.waitpid(pid, 0)
            told = {"status": os.waitstatus_to_exitcode(ended), "out": _text(out), "err": _text(err)}
            _tell(told)


if __name__ == "__main__":
    _serve()
