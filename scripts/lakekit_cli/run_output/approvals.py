"""Answer requests of `lakekit-terraform` for approval in the terminal of the `lakekit` command."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from lakekit_cli.terraform_gate.run_approval import APPROVALS_VARIABLE, APPROVED

DECLINED = b"declined"
# A request is one line that is sent at once.
_REQUEST_SECONDS = 5.0


class ApprovalServer:
    """Socket on which requests for approval arrive, in a folder that only this user can enter."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lakekit-"))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(self._folder / "approvals"))
        self._socket.listen(64)
        self._socket.settimeout(0)

    @property
    def variables(self) -> dict[str, str]:
        """Variables that make `lakekit-terraform` ask here."""
        return {APPROVALS_VARIABLE: str(self._folder / "approvals")}

    def answer(self, decide: Callable[[str, str], bool]) -> None:
        """Answer all waiting requests, one after the other.

        Args:
            decide: Returns whether to apply the plan of a stack; its arguments are the stack and `apply`, `destroy`
                or `refresh`. Without an answer the request is declined.
        """
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(_REQUEST_SECONDS)
                approved = False
                try:
                    request = json.loads(connection.makefile("rb").readline())
                    approved = decide(str(request["stack"]), str(request["kind"]))
                except (OSError, ValueError, KeyError, TypeError):
                    pass
                finally:
                    _send(connection, APPROVED if approved else DECLINED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _send(connection: socket.socket, answer: bytes) -> None:
    try:
        connection.sendall(answer + b"\n")
    except OSError:
        # The stack has been interrupted.
        return


def read_answer() -> str:
    """Read one line of standard input unbuffered; empty at its end."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line.decode(errors="replace").strip()
