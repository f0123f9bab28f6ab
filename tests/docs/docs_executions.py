"""How each documented command is tested: executed here, executed by another test, or in need of an account."""

from __future__ import annotations

from dataclasses import dataclass

import docs_project
import docs_shell_commands
from docs_code_blocks import CodeBlock
from docs_project import Preparation, nothing, output_of, plan_of


@dataclass(frozen=True)
class Execution:
    """How a command is executed.

    Attributes:
        prepare: writes the files that the command expects.
        code: documented exit code.
        full: takes more than a few seconds, because it synthesizes; runs in `make test-full`.
        prints: text in its output.
        writes: files that it writes.
    """

    prepare: Preparation = nothing
    code: int = 0
    full: bool = False
    prints: str = ""
    writes: tuple[str, ...] = ()


REPORTS = tuple(
    f"reports/{name}" for name in ("gate.json", "gate.sarif", "gate.junit.xml", "gate.md", "access.json", "access.md")
)

EXECUTIONS: dict[str, Execution] = {
    # README.md
    "lakekit policies list": Execution(prints="LK_S3_3"),
    "lakekit policies explain LK_S3_3": Execution(prints="LK_S3_3"),
    "lakekit gate plan plan.json": Execution(plan_of("prod-storage"), prints="CLEAN"),
    "lakekit check --since origin/main": Execution(docs_project.repository, full=True, prints="CLEAN"),
    "lakekit policies evidence prod -o evidence.html": Execution(full=True, writes=("evidence.html",)),
    # CONTRIBUTING.md
    "lakekit env schema > stacks/environments/environment.schema.json": Execution(
        writes=("stacks/environments/environment.schema.json",)
    ),
    # docs/ci.md
    "lakekit check": Execution(full=True, prints="CLEAN"),
    "lakekit check --since origin/main --reports reports --baseline base.json": Execution(
        docs_project.repository,
        full=True,
        prints="CLEAN",
        writes=REPORTS,
    ),
    "terraform plan -out=p && terraform show -json p > plan.json": Execution(
        docs_project.foreign, writes=("p", "plan.json")
    ),
    # "It must carry the tags": this plan does not; the page lists 1 as the exit code of findings.
    "lakekit gate plan plan.json --format sarif -o gate.sarif --environment shop": Execution(
        docs_project.foreign_plan, code=1, writes=("gate.sarif",)
    ),
    # docs/evidence.md
    "lakekit policies evidence prod --plan plan.json -o evidence.html": Execution(
        plan_of("prod-storage"), full=True, writes=("evidence.html",)
    ),
    "lakekit policies evidence prod --records plans.jsonl -o evidence.html": Execution(
        docs_project.records, full=True, writes=("evidence.html",)
    ),
    # docs/gate.md
    "lakekit gate synth cdktf.out": Execution(output_of("local"), prints="CLEAN"),
    "lakekit gate plan plan.json --stack cdktf.out/stacks/dev-storage/cdk.tf.json": Execution(
        plan_of("dev-storage", environment="dev"), prints="CLEAN"
    ),
    'lakekit gate plan plan.json --trusted-account "333333333333=the lake" --organization o-a1b2c3d4e5': Execution(
        plan_of("prod-storage"), prints="CLEAN"
    ),
    "lakekit policies list --pack lakehouse": Execution(prints="lakehouse"),
    # docs/getting-started.md
    "lakekit env new test --tier dev --account-id 222222222222 --owner data-platform@acme.example"
    " --cost-center cc-1002": Execution(writes=("stacks/environments/test.yaml",)),
    "lakekit env validate": Execution(prints="dev.yaml: valid"),
    # docs/layers/environment.md
    "lakekit env show dev": Execution(prints="eu-west-1"),
    "lakekit env schema": Execution(prints='"$defs"'),
    # docs/layers/governance.md, docs/snowflake.md
    "lakekit access dev": Execution(full=True, prints="curated/sales/orders"),
    "lakekit access dev --reasons": Execution(full=True, prints="FR_ACME_DEV_ANALYST"),
    "lakekit access dev --diff main": Execution(docs_project.repository, full=True),
    # docs/plan-rules.md
    'lakekit gate plan plan.json --stack cdk.tf.json --acknowledge 3f9a1c2e77b09d41 --reason "copied on 2026-03-01"': (
        Execution(docs_project.deletion, prints="copied on 2026-03-01")
    ),
    # docs/snowflake.md: the package is not published; pip resolves it from what is installed.
    "pip install 'lakekit[snowflake]'": Execution(prints="snowflake"),
    # docs/state.md
    "lakekit state list": Execution(prints="No errored states."),
    # docs/upgrading.md
    "lakekit check --baseline gate.json": Execution(docs_project.baseline, full=True, prints="CLEAN"),
    # docs/waivers.md
    "lakekit policies waivers-schema > policies/waivers.schema.json": Execution(
        writes=("policies/waivers.schema.json",)
    ),
    # docs/team-repository.md
    "pip install lakekit": Execution(prints="lakekit"),
    "lakekit env new dev --organization acme --account-id 222222222222 --owner data-platform@acme.example"
    " --cost-center cc-1002": Execution(writes=("stacks/environments/dev.yaml",)),
    "lakekit names dev": Execution(prints="curated"),
    "lakekit doctor": Execution(full=True, prints="terraform"),
    "lakekit check dev": Execution(full=True, prints="CLEAN"),
    "lakekit synth dev": Execution(full=True, writes=("cdktf.out/manifest.json",)),
    # CONTRIBUTING.md
    "python stacks/main.py": Execution(full=True, writes=("cdktf.out/manifest.json",)),
    # examples/README.md
    "python examples/app.py": Execution(full=True, writes=("examples/cdktf.out/manifest.json",)),
}
"""Commands of code blocks that need neither an account nor the local cloud."""

INLINE: dict[str, tuple[str, Execution]] = {
    "lakekit --help": ("lakekit --help", Execution(prints="Exit codes:")),
    "lakekit synth [ENV …]": (
        "lakekit synth dev local",
        Execution(full=True, writes=("cdktf.out/stacks/local-storage/cdk.tf.json",)),
    ),
    "python -m lakekit.bindings": ("python -m lakekit.bindings", Execution(full=True)),
}
"""Commands in the text of a page: as written, as executed."""

_DEPLOYMENT = "tests/local_cloud/test_deployment.py"
_ENGINES = "tests/engines/test_engine_commands.py::test_engines_are_listed_and_installed"
_COMMANDS = "tests/local_cloud/test_local_cloud_lifecycle.py::test_local_commands"
_WHY = "tests/local_cloud/test_local_why.py::test_last_denial_with_its_addresses"
EXECUTED_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "make deploy": (
        f"{_DEPLOYMENT}::test_every_stack_is_deployed",
        ('"deploy", "local", "--auto-approve"', '"smoke", "local"'),
    ),
    "lakekit deploy local": (f"{_DEPLOYMENT}::test_every_stack_is_deployed", ('"deploy", "local"',)),
    "lakekit smoke local": (f"{_DEPLOYMENT}::test_smoke_test_can_be_repeated", ('"smoke", "local"',)),
    "lakekit state recover dev-storage": (
        "tests/cli/test_errored_state.py::test_recovered_state_can_be_deployed_again",
        ('"lakekit", "state", "recover"',),
    ),
    "lakekit deploy dev --auto-approve": (
        "tests/cli/test_run_output.py::test_run_in_a_pipe_prints_plain_lines_and_a_table",
        ('"deploy", "dev", "--auto-approve"',),
    ),
    "lakekit local engines": (_ENGINES, ("output()",)),
    "lakekit local engines install kafka": (_ENGINES, ('output("install", "kafka")',)),
    "lakekit local up": (_COMMANDS, ('output("up")',)),
    "lakekit local status --calls": (_COMMANDS, ('output("status", "--calls"',)),
    "lakekit local why": (_WHY, ("output()",)),
    "lakekit local check-engines local": (
        f"{_DEPLOYMENT}::test_engines_may_make_their_calls",
        ('"local", "check-engines", "local"',),
    ),
    "lakekit local down": (_COMMANDS, ('output("down")',)),
    "PYTHONPATH=benchmarks python -m mutation cdktf.out --stacks 'prod-*'": (
        "tests/policies/test_mutation_score.py::test_mutation_command",
        ('"-m", "mutation"', '"--stacks"'),
    ),
    "python benchmarks/gate_quality.py cdktf.out": (
        "tests/policies/test_gate_quality.py::test_command_prints_three_numbers",
        ('"benchmarks/gate_quality.py"', '"--sample"'),
    ),
    "make docs": ("tests/docs/test_site_build.py::test_the_site_builds_in_strict_mode", ('"mkdocs", "build"',)),
}
"""Commands that another test executes: the test, and text of its file that shows the command."""

SUITE = ("make test", "make setup", "make check")
"""Commands that run these tests: `make test` depends on the other two."""

TESTED = ("executed", "executed by another test", "runs these tests", "needs an account")


def how(command: str, block: CodeBlock) -> str:
    """How a command line is tested: one of `TESTED`, or empty."""
    if block.needs:
        return "needs an account"
    if command in EXECUTIONS:
        return "executed"
    if command in EXECUTED_BY:
        return "executed by another test"
    return "runs these tests" if command in SUITE or command.startswith("pytest tests/") else ""


def documented(blocks: list[CodeBlock]) -> dict[str, CodeBlock]:
    """Each distinct command line and its first block; one without a marker goes before one with it."""
    shell = [block for block in blocks if block.language in docs_shell_commands.SHELL]
    found: dict[str, CodeBlock] = {}
    for block in sorted(shell, key=lambda block: bool(block.needs)):
        for command in docs_shell_commands.commands(block):
            found.setdefault(" ".join(command.split()), block)
    return found
