"""Who holds a lease: the name of a process, and whether it still lives."""

import platform

import psutil


def owner_name() -> str:
    """Return the name of this process in leases: machine, process and when that process started."""
    process = psutil.Process()
    return f"{platform.node()}/{process.pid}/{process.create_time():.0f}"


def is_dead(owner: str) -> bool:
    """Say whether a lease's owner is a process of this machine that has ended."""
    node, _, rest = owner.partition("/")
    pid, _, started = rest.partition("/")
    if node != platform.node() or not pid.isdigit():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.0f}" != started.split("/")[0]
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
