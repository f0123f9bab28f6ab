"""jsii runs as one Node process instead of two."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

CHILDREN = """
import os, subprocess
from pathlib import Path

def children(parent):
    # By their command lines: the process name differs between releases of Node.
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"PPid:\\t{parent}\\n" in status.read_text() and b".js" in status.with_name("cmdline").read_bytes():
                found.append(int(status.parent.name))
        except OSError:
            continue  # it has ended
    if not Path("/proc").exists():
        listed = subprocess.getoutput("ps -A -o pid= -o ppid= -o args=").splitlines()
        found = [int(pid) for pid, ppid, words in (line.split(None, 2) for line in listed)
                 if int(ppid) == parent and ".js" in words]
    return found

(node,) = children(os.getpid())
print("below it:", children(node))
"""


def test_node_is_one_process() -> None:
    assert run_with_node(CHILDREN).stdout == "below it: []\n"


def test_output_of_javascript_is_passed_on(tmp_path: Path) -> None:
    script = tmp_path / "print.cjs"
    script.write_text(
        "if (require('path').basename(process.argv[1] ?? '') === 'program.js') {\n"
        "  console.log('to standard output'); console.error('to standard error');\n"
        "  process.emitWarning('of a warning');\n}\n"
    )
    done = run_with_node("print('done')", NODE_OPTIONS=f'--require "{script}"')
    assert "to standard output" in done.stdout
    assert "to standard error" in done.stderr
    assert "Warning: of a warning" in done.stderr
    assert "b'" not in done.stderr


def test_runtime_with_another_layout_gives_one_message_and_works(tmp_path: Path) -> None:
    import jsii._embedded.jsii as embedded

    folder = Path(str(embedded.__file__)).parent
    for source, target in embedded.EMBEDDED_FILES.items():
        (tmp_path / target).parent.mkdir(exist_ok=True)
        text = (folder / source).read_text()
        (tmp_path / target).write_text(text.replace("readFD:3,writeFD:3", "readFD:3, writeFD:3"))
    runtime = tmp_path / "bin/jsii-runtime.js"
    done = run_with_node("print('works')", JSII_RUNTIME=str(runtime))
    assert "works" in done.stdout
    (message,) = done.stderr.splitlines()
    assert message.startswith(f"lakekit: jsii {version('jsii')} does not have the expected bin/jsii-runtime.js")
    assert "LAKEKIT_STOCK_BINDINGS=1 silences" in message


def run_with_node(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"from lakekit.bindings import cdktf\nstack = cdktf.TerraformStack(cdktf.Testing.app(), 's')\n{code}\n"
        "assert cdktf.Testing.synth(stack).startswith('{')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done
