"""What every exit code of `lakekit` and `lakekit-terraform` means, in one place."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Codes a script may rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_EVALUATED = 3
    SETUP = 4
    WAIVERS = 5
    INTERRUPTED = 130


DESCRIPTIONS: dict[ExitCode, str] = {
    ExitCode.OK: "done, nothing refused",
    ExitCode.FAILED: "the gate has findings, or Terraform or cdktf failed",
    ExitCode.USAGE: "wrong command line, or an environment file that cannot be used",
    ExitCode.NOT_EVALUATED: "the gate could not evaluate, so nothing was applied",
    ExitCode.SETUP: "a tool or the machine is in the way (lakekit doctor says what)",
    ExitCode.WAIVERS: "waivers are expired, unused, too broad, too long or not readable",
    ExitCode.INTERRUPTED: "interrupted",
}


def help_text() -> str:
    """The codes as lines for `--help`."""
    return "\n".join(f"  {code.value:<4} {meaning}" for code, meaning in DESCRIPTIONS.items())
