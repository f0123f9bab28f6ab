"""Loading the rules leaves the standard streams as they are."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import io, sys

class Terminal(io.StringIO):
    def isatty(self): return True

sys.stdout = given = Terminal()
sys.stderr = Terminal()
from lakekit_policies.pack.load import load_pack
load_pack()
import atexit, checkov.common.output.record, colorama
assert sys.stdout is given, sys.stdout
print("text")
atexit._run_exitfuncs()
sys.__stdout__.write(repr(given.getvalue()))
"""


def test_loaded_rules_print_no_escape_sequences() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == repr("text\n")
