"""Exit codes of `lakekit` and `lakekit-terraform`."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes that scripts may rely on."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_EVALUATED = 3
    SETUP = 4
    WAIVERS = 5
    ACCESS = 6
    BLOCKED = 7
    INTERRUPTED = 130


DESCRIPTIONS: dict[ExitCode, str] = {
    ExitCode.OK: "success",
    ExitCode.FAILED: "the gate has findings, or Terraform or cdktf failed",
    ExitCode.USAGE: "invalid command line or environment file",
    ExitCode.NOT_EVALUATED: "the gate could not evaluate; nothing was applied",
    ExitCode.SETUP: "a required tool is missing or the machine is misconfigured (see lakekit doctor)",
    ExitCode.WAIVERS: "waivers are expired, unused, too broad, too long or unreadable",
    ExitCode.ACCESS: "Lake Formation and Snowflake grant different access",
    ExitCode.BLOCKED: "another run is in progress, or a stack has an errored state (see lakekit state list)",
    ExitCode.INTERRUPTED: "interrupted",
}


def help_text() -> str:
    """Return the codes as lines for `--help`."""
    return "\n".join(f"  {code.value:<4} {meaning}" for code, meaning in DESCRIPTIONS.items())
