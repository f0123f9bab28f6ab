"""The programs a deployment needs: found, and new enough."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ToolError

TERRAFORM_VARIABLE = "LAKEKIT_TERRAFORM"
GATE_NAME = "lakekit-terraform"

# S3 state locking without a DynamoDB table (`use_lockfile`) came with Terraform 1.10.
TERRAFORM_MINIMUM = (1, 10, 0)
# cdktf-cli 0.21.0, package.json "engines".
NODE_MINIMUM = (18, 0, 0)


@dataclass(frozen=True)
class Tool:
    """A program that was found.

    Attributes:
        name: what people call it.
        path: where it is.
        version: numbers of its version.
    """

    name: str
    path: Path
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} {'.'.join(map(str, self.version))} ({self.path})"


def terraform_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The real Terraform: `LAKEKIT_TERRAFORM`, else `terraform` on the PATH.

    Raises:
        ToolError: there is none, or the variable names the gate itself.
    """
    named = environ.get(TERRAFORM_VARIABLE)
    found = shutil.which(named or "terraform", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            f"Terraform was not found: {TERRAFORM_VARIABLE}={named} is no program"
            if named
            else "Terraform was not found on the PATH",
            where="toolchain",
            fix="install Terraform 1.10 or later (developer.hashicorp.com/terraform/install), "
            f"or name the program in {TERRAFORM_VARIABLE}",
        )
    if Path(found).resolve().name == GATE_NAME:
        raise ToolError(
            f"{TERRAFORM_VARIABLE} names {GATE_NAME} itself, which would call itself for ever",
            where="toolchain",
            fix=f"let {TERRAFORM_VARIABLE} name the real Terraform; the gate goes into TERRAFORM_BINARY_NAME",
        )
    # Absolute, but not resolved: version managers decide by the name they are called by.
    return Path(found).absolute()


def find_terraform(environ: Mapping[str, str] = os.environ) -> Tool:
    """Terraform (or OpenTofu), at least 1.10.

    Raises:
        ToolError: it is missing, does not start, or is too old.
    """
    path = terraform_path(environ)
    output = _output_of([str(path), "version", "-json"], environ)
    try:
        text = str(json.loads(output)["terraform_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ToolError(
            f"`{path} version -json` did not answer with a version: {output[:200]!r}",
            where="toolchain",
            fix=f"name a working Terraform in {TERRAFORM_VARIABLE}",
        ) from error
    return _new_enough(Tool("Terraform", path, _numbers(text)), TERRAFORM_MINIMUM, "S3 state locking needs it")


def find_node(environ: Mapping[str, str] = os.environ) -> Tool:
    """Node.js, at least 18.

    Raises:
        ToolError: it is missing, does not start, or is too old.
    """
    found = shutil.which("node", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            "Node.js was not found on the PATH",
            where="toolchain",
            fix="install Node.js 20 or 22 (nodejs.org); cdktf and its Python bindings run on it",
        )
    path = Path(found).absolute()
    return _new_enough(
        Tool("Node.js", path, _numbers(_output_of([found, "--version"], environ))), NODE_MINIMUM, "cdktf needs it"
    )


def cdktf_path(root: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """The cdktf command line: the project's own, else the one on the PATH.

    Raises:
        ToolError: there is none.
    """
    own = root / "node_modules" / ".bin" / "cdktf"
    found = str(own) if own.exists() else shutil.which("cdktf", path=environ.get("PATH"))
    if found is None:
        raise ToolError(
            "the cdktf command line was not found: no node_modules/.bin/cdktf in the project, none on the PATH",
            where=str(root),
            fix="run `npm ci` in the project, or `npm install --global cdktf-cli@0.21.0`",
        )
    return Path(found)


def find_cdktf(root: Path, environ: Mapping[str, str] = os.environ) -> Tool:
    """The cdktf command line with its version, read from its package file (asking it takes a second).

    Raises:
        ToolError: it is missing.
    """
    path = cdktf_path(root, environ)
    package = next((up / "package.json" for up in path.resolve().parents if (up / "package.json").is_file()), None)
    text = str(json.loads(package.read_text()).get("version", "")) if package else ""
    return Tool("cdktf", path, _numbers(text))


def gate_path() -> Path:
    """`lakekit-terraform`, which `TERRAFORM_BINARY_NAME` has to name.

    Raises:
        ToolError: the distribution is not installed properly.
    """
    own = Path(sysconfig.get_path("scripts")) / GATE_NAME
    found = str(own) if own.exists() else shutil.which(GATE_NAME, path=str(Path(sys.executable).parent))
    if found is None:
        raise ToolError(
            f"{GATE_NAME} is not installed beside {sys.executable}",
            where="toolchain",
            fix="install the distribution: pip install lakekit (in this repository: make setup)",
        )
    return Path(found)


def _output_of(command: list[str], environ: Mapping[str, str]) -> str:
    quiet = {**environ, "CHECKPOINT_DISABLE": "1"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=quiet)
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolError(
            f"`{' '.join(command)}` does not run: {error}",
            where="toolchain",
            fix="reinstall it, or put a working one first on the PATH",
        ) from error
    return done.stdout


def _numbers(text: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in match.groups()) if match else ()


def _new_enough(tool: Tool, minimum: tuple[int, ...], why: str) -> Tool:
    if tool.version < minimum:
        raise ToolError(
            f"{tool} is too old: {'.'.join(map(str, minimum))} or later, {why}",
            where="toolchain",
            fix=f"install a newer {tool.name}",
        )
    return tool
