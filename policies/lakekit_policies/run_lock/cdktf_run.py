"""A plain `cdktf deploy` holds the output folder from its synthesis until the cdktf process ends.

The app ends before cdktf applies, so it cannot hold a lock for it. It notes the cdktf process instead: process ID and
start time, which together identify a process.
"""

from __future__ import annotations

import json
from pathlib import Path

from lakekit_policies.run_lock.holder import Holder
from lakekit_policies.run_lock.processes import ancestors, find
from lakekit_policies.shared.regular_file import read_regular_text


def note(file: Path, holder: Holder) -> None:
    """Note the cdktf process that runs this program, if there is one."""
    found = next((one for one in ancestors() if "cdktf" in one.command and "node" in one.command), None)
    if found is not None:
        file.write_text(json.dumps({"pid": found.pid, "started": found.started, "since": holder.since}))


def running(file: Path) -> str:
    """Describe the cdktf run that a file notes, if it is still running and has not started this program; else empty."""
    try:
        noted = json.loads(read_regular_text(file))
        pid, started, since = int(noted["pid"]), str(noted["started"]), str(noted["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    process = find(pid)
    if process is None or process.started != started or pid in {one.pid for one in ancestors()}:
        return ""
    return f"`cdktf` (process {pid}, since {since[:19]} UTC)"
