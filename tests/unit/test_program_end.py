"""A program does nothing after a call to Node that failed, as if each call had been answered at once.

Every program runs with the messages of batches and without: exit code, output and files are the same.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lakekit.bindings import hooks

START = """
import os, pathlib, queue, sqlite3, socket, subprocess, sys, threading
from lakekit.bindings import cdktf, snowflake
app = cdktf.App(outdir="out", skip_validation=True)
stack = cdktf.TerraformStack(app, "s")
def database(id, name="ORDERS"):
    return snowflake.database.Database(stack, id, name=name)
first = database("First")
"""
WRONG = 'database("Wrong", name=7)\n'
AFTER: dict[str, str] = {
    "a handler of the end": "try:\n    app.synth()\nexcept SystemExit as end:\n    print(end.code)\nprint('end')",
    "a handler of everything": "try:\n    app.synth()\nexcept:\n    pass\npathlib.Path('made').write_text('')",
    "finally": "try:\n    app.synth()\nfinally:\n    pathlib.Path('made').write_text('')",
    "an exit of with": "import contextlib\nwith contextlib.ExitStack() as last:\n"
    "    last.callback(lambda: pathlib.Path('made').write_text(''))\n    first.comment",
    "a process in a handler": "try:\n    subprocess.run(['true'])\nexcept:\n    pass\n"
    "subprocess.run(['touch', 'made'])",
    "sqlite": "sqlite3.connect('made').execute('create table t (c)')",
    "os._exit": "os._exit(0)",
    "os._exit of a function": "def stop():\n    os._exit(4)\nstop()",
    "a thread of its own": "one = threading.Thread(target=lambda: pathlib.Path('made').write_text(''))\none.start()\n"
    "one.join()\napp.synth()",
    "another thread": "one = threading.Thread(target=app.synth)\none.start()\none.join()\n"
    "pathlib.Path('made').write_text('')",
    "a pipe with a name": "os.mkfifo('made')",
    "a signal": "import signal\nsignal.raise_signal(signal.SIGTERM)",
    "a group of processes": "other = subprocess.Popen(['true'], start_new_session=True)\nother.wait()",
    "a socket with a name": "socket.socket(socket.AF_UNIX).bind('made')",
    "a spawned process": "from multiprocessing.util import spawnv_passfds\n"
    "os.waitpid(spawnv_passfds(b'/usr/bin/touch', [b'touch', b'made'], []), 0)",
    "a hook that fails": "sys.excepthook = lambda *_: 1 / 0\napp.synth()",
}
BEFORE: dict[str, tuple[str, str]] = {
    "an open file": ("log = open('log', 'w')", "log.write('released')\nlog.close()"),
    "a descriptor": ("log = os.open('log', os.O_CREAT | os.O_WRONLY)", "os.write(log, b'released')"),
    "a connection": (
        "server = socket.create_server(('127.0.0.1', 0))\nclient = socket.create_connection(server.getsockname())\n"
        "peer = server.accept()[0]\n"
        "import atexit, select\natexit.register(lambda: print(select.select([peer], [], [], 0)[0]))",
        "client.send(b'released')",
    ),
    "a pipe": (
        "other = subprocess.Popen(['cat'], stdin=subprocess.PIPE)",
        "other.stdin.write(b'released')\nother.stdin.close()\nother.wait()",
    ),
    "a thread": (
        "jobs = queue.Queue()\ndef work():\n    while name := jobs.get():\n        pathlib.Path(name).write_text('')\n"
        "threading.Thread(target=work).start()\nthreading._register_atexit(jobs.put, None)",
        "jobs.put('made')",
    ),
    "a database": (
        "log = sqlite3.connect('log')\nlog.execute('create table t (c)')",
        "log.execute(\"insert into t values ('released')\")\nlog.commit()",
    ),
}


def result(folder: Path, code: str, *, disabled: str = "") -> tuple[int, str, dict[str, bytes], str]:
    """Exit code, output, files and the last line of the error."""
    folder.mkdir()
    (folder / "program.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env=os.environ | {hooks.DISABLED: disabled},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return done.returncode, done.stdout, files, done.stderr.strip().rpartition("\n")[2]


def check(tmp_path: Path, code: str) -> None:
    found = result(tmp_path / "on", code)
    assert found == result(tmp_path / "off", code, disabled="batches")
    assert found[0] == 1
    assert "name is number 7" in found[3]


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER)
def test_what_follows_does_not_run(tmp_path: Path, after: str) -> None:
    check(tmp_path, f"{START}{WRONG}{after}")


@pytest.mark.parametrize(("before", "after"), BEFORE.values(), ids=BEFORE)
def test_nothing_is_written_to_what_was_opened_before(tmp_path: Path, before: str, after: str) -> None:
    check(tmp_path, f"{START}{before}\n{WRONG}{after}\napp.synth()")


@pytest.mark.parametrize("before", ["open('log', 'w').close()", "subprocess.run(['true'])", "pass"])
def test_calls_are_collected_while_nothing_is_open(tmp_path: Path, before: str) -> None:
    code = f"{START}{before}\n{WRONG}print('printed before the error')\napp.synth()"
    assert result(tmp_path / "on", code)[1] == "printed before the error\n"


def test_an_interrupt_ends_a_program_with_the_signal(tmp_path: Path) -> None:
    node = "from jsii._runtime import kernel\nkernel.provider._process._process.kill()\n"
    code = f"{START}database('Second')\n{node}import signal\nsignal.raise_signal(signal.SIGINT)"
    found, off = result(tmp_path / "on", code), result(tmp_path / "off", code, disabled="batches")
    assert found[0] == off[0] == -signal.SIGINT
    # Without batches, jsii can add that it cannot write to Node any more.
    assert found[3] == "KeyboardInterrupt"


def test_a_child_process_ends_on_its_own(tmp_path: Path) -> None:
    code = f"{START}if (child := os.fork()) == 0:\n    os._exit(3)\nprint(os.waitpid(child, 0)[1] >> 8)\napp.synth()"
    assert result(tmp_path / "on", code)[:2] == (0, "3\n")


@pytest.mark.parametrize("value", ["b'x'", "object()", "{1}", "decimal.Decimal(1)"])
def test_a_value_without_json_is_named(tmp_path: Path, value: str) -> None:
    code = f"{START}import decimal\ntry:\n    database('D', name={value})\nexcept TypeError as error:\n    print(error)"
    code, out, *_ = result(tmp_path / "on", code)
    assert code == 0
    assert "name is " in out
