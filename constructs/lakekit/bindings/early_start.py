"""Start Node before Python imports jsii, cdktf and the constructs, which takes as long as Node needs to start.

jsii starts Node when the first package is imported and waits for its greeting. Here the same command is started first;
jsii finds it running, and the greeting is read with the first answer that a program needs (see `batches`). Nothing is
started early where jsii is not laid out as expected; it then starts Node on its own.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from lakekit.bindings import hooks

_OPTIONS: Final = ("--max-old-space-size=4069",)
"""jsii 1.142, `_NodeProcess.start`."""
REQUIRED: Final = (
    hooks.RequiredName("jsii._kernel.providers.process", "_NodeProcess", None, "early_start"),
    hooks.RequiredName("jsii._kernel.providers.process", "subprocess", None, "early_start"),
    hooks.RequiredName("jsii._kernel.providers.process", "os", None, "early_start"),
)


class EarlyStart:
    """A Node process that jsii has not asked for yet.

    Args:
        environment: variables of the process.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._folder: Final = contextlib.ExitStack()
        runtime = environment.get("JSII_RUNTIME") or self._unpack()
        self._command: Final = [environment.get("JSII_NODE", "node"), *_OPTIONS, runtime]
        self._process: Final = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "JSII_AGENT": f"Python/{sys.version.split()[0].rstrip('+')}"},
        )
        atexit.register(self.discard)

    def _unpack(self) -> str:
        """Copy jsii's runtime as jsii does; return the file to run."""
        spec = find_spec("jsii")
        folder = Path(spec.origin or "").parent / "_embedded" / "jsii" if spec else Path()
        listed = spec_from_file_location("lakekit_embedded_jsii", folder / "__init__.py")
        if listed is None or listed.loader is None:
            raise FileNotFoundError(folder)
        embedded = module_from_spec(listed)
        listed.loader.exec_module(embedded)
        target = Path(self._folder.enter_context(tempfile.TemporaryDirectory()))
        for name, path in embedded.EMBEDDED_FILES.items():
            (target / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, target / path)
        return str(target / embedded.EMBEDDED_FILES[embedded.ENTRYPOINT])

    def hand_over(self) -> bool:
        """Give the process to jsii when it starts Node; return whether it will."""
        if not all(required.is_met() for required in REQUIRED):
            return False
        module: Any = import_module("jsii._kernel.providers.process")
        kind = module._NodeProcess
        unpack, greet, modules = kind._jsii_runtime, kind.handshake, module.subprocess

        def popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
            module.subprocess, kind._jsii_runtime = modules, unpack
            if command != self._command:  # another jsii, with other options
                self.discard()
                kind.handshake = greet
                return subprocess.Popen(command, **options)
            atexit.unregister(self.discard)
            return self._process

        def known_runtime(process: Any) -> str:
            if not hasattr(process, "_ctx_stack"):
                return str(unpack(process))
            process._ctx_stack.push(self._folder)
            return self._command[-1]

        module.subprocess = SimpleNamespace(**{**vars(modules), "Popen": popen})
        kind._jsii_runtime = known_runtime
        return True

    def discard(self) -> None:
        """End the process, which has not been used."""
        atexit.unregister(self.discard)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
        self._process.wait()
        self._folder.close()


def start(environment: Mapping[str, str]) -> EarlyStart | None:
    """Start Node; return None where that is not possible, or the user has switched it off.

    Args:
        environment: variables of the process.
    """
    if not hooks.may_be_enabled("early_start"):
        return None
    with contextlib.suppress(OSError, AttributeError, KeyError):
        return EarlyStart({**os.environ, **environment})
    return None
