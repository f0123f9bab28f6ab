"""Collect the inputs of the evidence: plan records, stack summaries, versions, commit."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit.errors import LakekitError
from lakekit_cli.commands.run_context import RunContext
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.toolchain.commit import current_commit
from lakekit_cli.toolchain.lock_file import locked_providers
from lakekit_policies.shared.regular_file import read_regular_bytes

if TYPE_CHECKING:
    from lakekit_policies.evidence import EvidenceInputs, PlanSummary, StackSummary
    from lakekit_policies.records.command_record import CommandRecord
    from lakekit_policies.records.plan_records import PlanRecord
    from lakekit_policies.records.recovery_record import RecoveryRecord
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class UnreadableRecordsError(LakekitError):
    """A file of plan records that cannot be read."""

    exit_code = int(ExitCode.SETUP)


class ForeignPlanError(LakekitError):
    """A plan that belongs to none of the environment's stacks."""

    exit_code = int(ExitCode.USAGE)


def read_records(environment: str, files: Sequence[Path]) -> tuple[list[PlanRecord], list[str]]:
    """Return the records of an environment's plans, newest first, and a warning for each damaged file.

    Raises:
        UnreadableRecordsError: A file exists but cannot be read.
    """
    from lakekit_policies.records.plan_records import PlanRecords

    found: dict[tuple[str, str, str], PlanRecord] = {}
    gaps = []
    for file in files:
        try:
            records, broken = PlanRecords(file).read()
        except OSError as error:
            raise UnreadableRecordsError(
                f"cannot be read: {error.strerror}", where=str(file), fix="grant read access, or pass another file"
            ) from error
        found |= {record.key: record for record in records if record.environment == environment}
        if broken:
            lines = ", ".join(map(str, broken))
            gaps.append(f"{file.name}: line {lines} is not a complete record (truncated, for example by a full disk)")
    return sorted(found.values(), key=lambda record: record.evaluated_at, reverse=True), gaps


def read_commands(environment: str, files: Sequence[Path]) -> list[CommandRecord]:
    """Return the recorded commands of an environment that are not plans, newest first, without those that passed.

    The files have been read by :func:`read_records`, which reports unreadable ones.
    """
    from lakekit_policies.records.plan_records import PlanRecords

    found = [record for file in files for record in PlanRecords(file).read_commands()]
    shown = [record for record in found if record.environment == environment and record.outcome != "passed"]
    return sorted(shown, key=lambda record: record.at, reverse=True)


def read_recoveries(environment: str, files: Sequence[Path]) -> tuple[list[RecoveryRecord], list[str]]:
    """Return the recorded recoveries of states of an environment, newest first, and a warning for each damaged file.

    Args:
        environment: Name of the environment.
        files: Plan records; the recoveries are next to them.

    Raises:
        UnreadableRecordsError: A file exists but cannot be read.
    """
    from lakekit_policies.records import recovery_record

    found, gaps = [], []
    for file in dict.fromkeys(file.with_name(recovery_record.FILE.name) for file in files):
        try:
            records, damaged = recovery_record.read_recoveries(file)
        except OSError as error:
            raise UnreadableRecordsError(
                f"cannot be read: {error.strerror}", where=str(file), fix="grant read access"
            ) from error
        found += [record for record in records if record.stack.startswith(f"{environment}-")]
        if damaged:
            gaps.append(f"{file.name}: line {', '.join(map(str, damaged))} is not a complete record")
    return sorted(found, key=lambda record: record.at, reverse=True), gaps


def stack_of_plan(plan: Path, stacks: Mapping[str, Path]) -> tuple[str, Mapping[str, Any]]:
    """Return the stack that declares the same resources as a plan, and the plan document.

    Raises:
        ForeignPlanError: No stack declares them.
    """
    from lakekit_policies.terraform.plan_file import PlanFile
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

    read = PlanFile.read(plan)
    planned = {(record.type, record.name) for record in read.configured() if record.is_managed and not record.module}
    for name, file in stacks.items():
        if planned == {(block.kind, block.name) for block in SynthesizedStack.read(file).resources()}:
            return name, read.document
    raise ForeignPlanError(
        "the plan does not match any stack of the environment as synthesized now",
        where=str(plan),
        fix="create the plan again from the output of `lakekit synth`",
    )


def collect_inputs(
    environment: str,
    context: RunContext,
    stacks: Mapping[str, SynthesizedStack],
    plans: Sequence[PlanSummary],
) -> EvidenceInputs:
    """Return the inputs of the evidence without plan records."""
    from lakekit_policies.evidence import EvidenceInputs

    metadata = next(iter(stacks.values())).metadata
    labels = {"Organization": "organization", "Tier": "tier", "AWS account": "account_id", "Region": "region"}
    return EvidenceInputs(
        environment=environment,
        context={label: str(getattr(metadata, key)) for label, key in labels.items()},
        created_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=str(current_commit(context.project.root)),
        versions=_versions(context),
        stacks=[_summarize_stack(name, stack) for name, stack in stacks.items()],
        plans=plans,
        paths=dict(_construct_paths(stacks)),
    )


def _summarize_stack(name: str, stack: SynthesizedStack) -> StackSummary:
    from lakekit_policies.evidence import StackSummary

    locked = locked_providers(stack.file.parent)
    providers = {}
    for _, record in stack.required_providers:
        source = str(record.get("source", ""))
        version = str(record.get("version", ""))
        providers[source] = f"{version}, locked {locked[source]}" if source in locked else version
    resources = sum(1 for _ in stack.blocks())
    return StackSummary(name, hashlib.sha256(read_regular_bytes(stack.file)).hexdigest(), resources, providers)


def _construct_paths(stacks: Mapping[str, SynthesizedStack]) -> Iterator[tuple[str, str]]:
    for name, stack in stacks.items():
        for block in stack.blocks():
            if block.path:
                yield f"{name}/{block.address}", block.path


def _versions(context: RunContext) -> dict[str, str]:
    from lakekit_policies.records.origin import rules_sha256

    done = subprocess.run([str(context.terraform), "version", "-json"], capture_output=True, text=True, check=False)
    try:
        terraform = str(json.loads(done.stdout)["terraform_version"])
    except (ValueError, KeyError):
        terraform = "unknown"
    packages = {"Lakekit": "lakekit", "checkov": "checkov", "cdktf": "cdktf"}
    return {
        **{label: importlib.metadata.version(package) for label, package in packages.items()},
        "Rules (SHA-256)": rules_sha256(),
        "Terraform": terraform,
        "Python": platform.python_version(),
    }
