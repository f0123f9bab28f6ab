"""What `lakekit doctor` looks at, one function to a check."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_cli.toolchain import (
    ToolError,
    find_cdktf,
    find_node,
    find_terraform,
    gate_path,
    project_root,
    provider_source,
)
from lakekit_cli.toolchain.local_cloud import local_cloud as local_cloud_of

OK, WARNING, MISSING = "ok", "warning", "missing"
# Node.js releases whose support has ended (nodejs.org/en/about/previous-releases) or that cdktf-cli fails on.
NODE_END_OF_LIFE = 20
NODE_WITHOUT_PTY_SUPPORT = 24


@dataclass(frozen=True)
class Check:
    """One line of the table.

    Attributes:
        name: what was looked at.
        state: `ok`, `warning` or `missing`; only `missing` makes the doctor fail.
        detail: what was found.
        fix: what to do.
    """

    name: str
    state: str
    detail: str
    fix: str = ""


def all_checks() -> Iterator[Check]:
    """Every check; each is carried out when it is asked for."""
    for name, check in _CHECKS.items():
        try:
            yield check()
        except LakekitError as error:
            yield Check(name, MISSING, error.problem, error.fix or "")
        except Exception as error:
            yield Check(name, MISSING, f"{type(error).__name__}: {error}", "LAKEKIT_DEBUG=1 shows more; reinstall")


def python() -> Check:
    """The interpreter; an older one than 3.11 could not have started this command."""
    found = f"{sys.version.split()[0]} ({sys.executable})"
    return Check("python", OK, found)


def packages() -> Check:
    """The pinned packages, in the versions the distribution asks for."""
    from packaging.requirements import Requirement

    wrong, count = [], 0
    for text in importlib.metadata.requires("lakekit") or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{requirement} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} {version} instead of {requirement.specifier}")
    if wrong:
        return Check("packages", MISSING, "; ".join(wrong), "pip install lakekit (in this repository: make setup)")
    return Check("packages", OK, f"lakekit {importlib.metadata.version('lakekit')} and its {count} requirements")


def node() -> Check:
    """Node.js."""
    tool = find_node()
    if tool.version[0] >= NODE_WITHOUT_PTY_SUPPORT:
        return Check("node", WARNING, str(tool), "cdktf-cli 0.21 has no terminal on Node.js 24: use 20 or 22")
    if tool.version[0] <= NODE_END_OF_LIFE:
        return Check("node", OK, f"{tool}; its support has ended, 22 is a quieter choice")
    return Check("node", OK, str(tool))


def cdktf_cli() -> Check:
    """The cdktf command line."""
    tool = find_cdktf(_root())
    if tool.version[:2] != (0, 21):
        return Check("cdktf", WARNING, str(tool), "the library is 0.21.0: npm install cdktf-cli@0.21.0")
    return Check("cdktf", OK, str(tool))


def terraform() -> Check:
    """Terraform."""
    return Check("terraform", OK, str(find_terraform()))


def gate_command() -> Check:
    """The gate's console script."""
    return Check("plan gate", OK, str(gate_path()))


def providers() -> Check:
    """Where Terraform providers come from, and whether that can be reached."""
    source = provider_source(_root() / ".lakekit")
    if source.mirrors or not source.variables:
        return Check("providers", OK, source.description)
    import urllib.error
    import urllib.request

    url = "https://registry.terraform.io/.well-known/terraform.json"
    try:
        with urllib.request.urlopen(url, timeout=5):
            return Check("providers", OK, f"{source.description}, which answers")
    except (OSError, urllib.error.URLError) as error:
        return Check(
            "providers", MISSING, f"{source.description} does not answer: {error}",
            "allow registry.terraform.io, or name a mirror in LAKEKIT_PLUGIN_MIRROR (terraform providers mirror)",
        )  # fmt: skip


def bindings() -> Check:
    """jsii and its cache: the first synthesis of a machine is slow without it."""
    from lakekit.bindings import warm_up

    start = time.monotonic()
    warm_up()
    return Check("bindings", OK, f"jsii runs, its cache is warm ({time.monotonic() - start:.1f} s)")


def rule_engine() -> Check:
    """The rule engine."""
    from lakekit_policies import Gate
    from lakekit_policies.pack.load import load_pack

    start = time.monotonic()
    gate = Gate.start()
    try:
        loaded = load_pack()
        gate.wait()
    finally:
        gate.close()
    ours = len(loaded.own_rules)
    return Check(
        "gate", OK, f"{ours} rules of ours, {len(loaded.checkov)} of checkov ({time.monotonic() - start:.1f} s)"
    )


def local_cloud() -> Check:
    """The local cloud: its packages, and whether it runs."""
    try:
        status = local_cloud_of(_root()).status()
    except ImportError as error:
        return Check("local cloud", WARNING, str(error), "pip install 'lakekit[local]'; only `local` needs it")
    state = f"running at {status.endpoint}" if status.running else "stopped; lakekit local up starts it"
    return Check("local cloud", OK, state)


def credentials() -> Check:
    """Whether AWS credentials are there; their values are never read out."""
    if os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"):
        return Check("credentials", OK, "from the environment variables")
    files = [Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser()]
    files.append(Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser())
    found = [file for file in files if file.is_file() and file.stat().st_size]
    if found or any(name.startswith("AWS_CONTAINER_CREDENTIALS") for name in os.environ):
        return Check("credentials", OK, ", ".join(map(str, found)) or "from the container")
    return Check("credentials", WARNING, "no AWS credentials", "aws sso login, or AWS_PROFILE; local needs none")


def _root() -> Path:
    root = project_root()
    if root is None:
        raise ToolError("no cdktf.json here or above", fix="run it inside a Lakekit project")
    return root


_CHECKS: dict[str, Callable[[], Check]] = {
    "python": python,
    "packages": packages,
    "node": node,
    "cdktf": cdktf_cli,
    "terraform": terraform,
    "plan gate": gate_command,
    "providers": providers,
    "bindings": bindings,
    "gate": rule_engine,
    "local cloud": local_cloud,
    "credentials": credentials,
}
