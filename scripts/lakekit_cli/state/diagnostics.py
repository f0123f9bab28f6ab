"""Errors and warnings that Terraform prints.

With colours, Terraform draws a line beside each diagnostic, so that text of others in it, such as the output of a
program, cannot be taken for a diagnostic (Terraform 1.11, internal/command/format/diagnostic.go). Without colours it
does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from .lock_message import ESCAPES

_START, _MARGIN, _END = "╷", "│", "╵"
_HEAD: Final = re.compile(r"(Error|Warning): (.*)")
_PLAIN: Final = re.compile(r"(?m)^(?=(?:Error|Warning): )")
_ADDRESS: Final = re.compile(r" *with (.+?),")
# A line of a log, with TF_LOG: `2026-01-31T12:00:00.000Z [INFO] …`, or JSON.
_LOG_LINE: Final = re.compile(r"(?m)^(?:\d{4}-\d\d-\d\dT|\{\"@)")
# Diagnostics that contain the output of a program: provisioners (Terraform 1.11, internal/terraform/
# node_resource_abstract_instance.go) and the data source of the provider `external`.
_OF_PROGRAM: Final = re.compile(r"[\w-]+ provisioner error|(?:Unexpected )?External Program ")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or a warning of Terraform.

    Attributes:
        is_error: whether it is an error.
        summary: its first line.
        address: the resource that it concerns; empty if it names none.
        detail: the rest; for the diagnostic of a program that Terraform has run, with its output.
    """

    is_error: bool
    summary: str
    address: str = ""
    detail: str = ""

    @property
    def statement(self) -> str:
        """What Terraform, a provider or a backend states, in one line; the summary only if a program is quoted."""
        return " ".join((self.summary if self.quotes_program else f"{self.summary}\n{self.detail}").split())

    @property
    def quotes_program(self) -> bool:
        """Whether it contains the output of a program."""
        return _OF_PROGRAM.match(self.summary) is not None


def printed_diagnostics(text: str, *, with_margins: bool = False) -> tuple[Diagnostic, ...]:
    """Read diagnostics from what Terraform has printed.

    Args:
        text: its standard error.
        with_margins: whether it has printed colours, so that each diagnostic has a margin.
    """
    found, outside = [], []
    block: list[str] | None = None
    for coloured in text.splitlines():
        line = ESCAPES.sub("", coloured)
        if line.startswith(_START):
            block = []
        elif block is None:
            outside.append(line)
        elif line.startswith(_MARGIN):
            block.append(line[1:].removeprefix(" "))
        elif line.startswith(_END):
            found.append("\n".join(block))
            block = None
    if not with_margins:
        found += (_LOG_LINE.split(one, maxsplit=1)[0] for one in _PLAIN.split("\n".join(outside)))
    return tuple(one for text in found if (one := _parsed(text)) is not None)


def _parsed(text: str) -> Diagnostic | None:
    head, _, rest = text.partition("\n\n")
    found = _HEAD.match(" ".join(head.split()))
    if found is None:
        return None
    first, _, after = rest.partition("\n")
    address = _ADDRESS.fullmatch(first.rstrip())
    return Diagnostic(found[1] == "Error", found[2], address[1] if address else "", after if address else rest)


def json_diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """Read the errors from the standard output of a command with `-json` (Terraform, "Machine-Readable UI")."""
    return tuple(_of_messages(text.splitlines()))


def _of_messages(lines: Iterable[str]) -> Iterator[Diagnostic]:
    for line in lines:
        if '"@level":"error"' not in line:
            continue
        try:
            found: dict[str, Any] = json.loads(line)["diagnostic"]
            texts = (str(found.get(name) or "") for name in ("address", "detail"))
            yield Diagnostic(True, str(found["summary"]), *texts)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield Diagnostic(True, line)


def is_lock_error(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether Terraform reports that another run holds the state lock.

    The same error is reported for a state that cannot be read, without the information on a lock.
    """
    return any(
        one.is_error and one.summary.startswith("Error acquiring the state lock") and "Lock Info:" in one.detail
        for one in diagnostics
    )
