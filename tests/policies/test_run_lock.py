"""Locks of runs: exclusive across processes, released by a crash, passed on within a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lakekit_policies.run_lock import RunLockedError, locks, output_lock, stack_lock
from lakekit_policies.run_lock.lock import RunLock

HOLD = """
import sys, time
from pathlib import Path
from lakekit_policies.run_lock import output_lock, stack_lock
with {lock}(Path(sys.argv[1]), "lakekit deploy dev"):
    Path(sys.argv[2]).touch()
    time.sleep(60)
"""
# A program named like the cdktf CLI, which starts an app that synthesizes and then goes on.
CDKTF = """
const { execFileSync } = require("child_process");
execFileSync(process.argv[2], ["-c", process.argv[3], process.argv[4]], { stdio: "inherit" });
require("fs").writeFileSync(process.argv[5], "");
setTimeout(() => {}, 60000);
"""
SYNTHESIZE = """
import sys
from pathlib import Path
from lakekit_policies.run_lock import output_lock
with output_lock(Path(sys.argv[1]), "python main.py", short=True):
    pass
"""


@pytest.fixture
def outdir(tmp_path: Path) -> Path:
    return tmp_path / "cdktf.out"


def wait_for(file: Path) -> None:
    end = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def holding(lock: str, folder: Path, started: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLD.format(lock=lock), folder, started])
    wait_for(started)
    return process


@pytest.mark.parametrize("lock", ["output_lock", "stack_lock"])
def test_second_run_reads_who_holds_the_lock_until_it_ends(outdir: Path, tmp_path: Path, lock: str) -> None:
    take = {"output_lock": output_lock, "stack_lock": stack_lock}[lock]
    folder = outdir if lock == "output_lock" else outdir / "stacks/dev-one"
    process = holding(lock, folder, tmp_path / "started")
    with pytest.raises(RunLockedError, match="lakekit deploy dev") as raised, take(folder, "lakekit synth"):
        pytest.fail("the lock was taken twice")
    assert f"process {process.pid} of " in raised.value.problem
    assert " since 20" in raised.value.problem
    assert "wait until that run has ended" in raised.value.fix
    process.kill()
    process.wait()
    with take(folder, "lakekit synth"):
        pass


def test_processes_of_the_run_pass(outdir: Path) -> None:
    with output_lock(outdir, "lakekit deploy dev") as held:
        environ = {locks.RUN_VARIABLE: held.token}
        with output_lock(outdir, "python main.py", environ=environ) as inner:
            assert inner == locks.HeldOutput(held.token, None)
        with pytest.raises(RunLockedError), output_lock(outdir, "other", environ={locks.RUN_VARIABLE: "another"}):
            pytest.fail("another run passed")
    with output_lock(outdir, "python main.py", environ=environ) as later:
        assert later.token != held.token, "the run has ended: its token is worth nothing"


def test_other_output_folders_and_stacks_are_independent(outdir: Path, tmp_path: Path) -> None:
    with (
        output_lock(outdir, "a"),
        output_lock(tmp_path / "other.out", "b"),
        stack_lock(outdir / "stacks/dev-one", "c"),
        stack_lock(outdir / "stacks/dev-two", "d"),
    ):
        assert len(list((tmp_path / ".lakekit/locks").glob("*.lock"))) == 4


def test_killed_holder_leaves_the_lock_to_the_process_it_has_started(outdir: Path) -> None:
    child = subprocess.Popen(["sleep", "60"])
    script = f"""
import os, sys
from pathlib import Path
from lakekit_policies.run_lock import stack_lock
with stack_lock(Path(sys.argv[1]), "lakekit-terraform apply") as lock:
    lock.note_child({child.pid})
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", script, outdir / "stacks/dev-one"], check=False).returncode == 9
    with pytest.raises(RunLockedError, match="apply") as raised, stack_lock(outdir / "stacks/dev-one", "second"):
        pytest.fail("its child is still running")
    assert f"process {child.pid}, which it has started" in raised.value.fix
    child.kill()
    child.wait()
    with stack_lock(outdir / "stacks/dev-one", "second"):
        pass


def test_synthesis_needs_all_stacks(outdir: Path) -> None:
    for name in ("dev-one", "dev-two"):
        (outdir / "stacks" / name).mkdir(parents=True)
    with (
        stack_lock(outdir / "stacks/dev-two", "lakekit-terraform apply"),
        pytest.raises(RunLockedError, match=r"stack dev-two is in use by `lakekit-terraform apply`"),
        locks.all_stack_locks(outdir, "python main.py"),
    ):
        pytest.fail("a stack is being applied")
    with locks.all_stack_locks(outdir, "python main.py"):
        pass


def test_run_waits_for_a_synthesis(outdir: Path) -> None:
    script = "import time;" + SYNTHESIZE.replace("    pass", "    print(flush=True); time.sleep(1)")
    process = subprocess.Popen([sys.executable, "-c", script, outdir], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    start = time.monotonic()
    with output_lock(outdir, "lakekit deploy dev"):
        assert time.monotonic() - start > 0.3
    assert process.wait() == 0


def test_removed_lock_file_excludes_the_next_run_again(outdir: Path, tmp_path: Path) -> None:
    with stack_lock(outdir / "stacks/dev-one", "first"):
        for file in (tmp_path / ".lakekit/locks").iterdir():
            file.unlink()
        with (
            stack_lock(outdir / "stacks/dev-one", "second"),
            pytest.raises(RunLockedError, match="second"),
            stack_lock(outdir / "stacks/dev-one", "third"),
        ):
            pytest.fail("the lock was taken twice")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', "\x00"])
def test_unreadable_lock_file_is_no_obstacle(outdir: Path, tmp_path: Path, content: str) -> None:
    folder = tmp_path / ".lakekit/locks"
    folder.mkdir(parents=True)
    (folder / "stack-dev-one.lock").write_text(content)
    with stack_lock(outdir / "stacks/dev-one", "first"):
        written = json.loads((folder / "stack-dev-one.lock").read_text())
        assert (written["pid"], written["command"]) == (os.getpid(), "first")


def test_plain_cdktf_run_holds_the_folder_until_it_ends(outdir: Path, tmp_path: Path) -> None:
    script = tmp_path / "cdktf.js"
    script.write_text(CDKTF)
    cdktf = subprocess.Popen(["node", script, sys.executable, SYNTHESIZE, outdir, tmp_path / "synthesized"])
    wait_for(tmp_path / "synthesized")
    with pytest.raises(RunLockedError, match=f"cdktf` .process {cdktf.pid}"), output_lock(outdir, "lakekit synth"):
        pytest.fail("cdktf is still running")
    cdktf.kill()
    cdktf.wait()
    with output_lock(outdir, "lakekit synth"):
        pass


def test_lock_that_is_a_pipe_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stack-dev-one.lock"
    os.mkfifo(file)
    with pytest.raises(OSError, match="the lock is not a regular file; remove it") as error:
        RunLock(file, "the stack dev-one").is_held()
    assert error.value.filename == str(file)
