"""Compare the gate with checkov's labelled examples: ``python -m suites CHECKOUT``.

CHECKOUT is a working tree of bridgecrewio/checkov; ``tests`` and ``checkov`` are read, nothing is executed. A failing
resource is named if the same check, or a rule that replaces it in the pack, reports the resource (or another one of the
same name: rules on buckets report the bucket). Policies that are not valid JSON are rejected as invalid. A passing
resource is disputed if the same rules report it.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lakekit_policies import Finding, Gate, GateError
from suites import convert, labels
from suites.decisions import INVALID, describes, deviates, equivalent_rules, is_deliberate

SERVICES = re.compile(
    r"aws_(s3|kms|iam|glue|msk|kinesis|lambda|dynamodb|dax|ecr|redshift|redshiftserverless|rds|db|emr|athena|sns|sqs|"
    r"secretsmanager|cloudtrail|cloudwatch|sfn|vpc|security|network|subnet|route)(?:_|$)"
)
"""Types of services that a lakehouse uses."""
NOT_EVALUATED = "could not evaluate"
NOT_JSON = "is not valid JSON"
"""Texts of findings on policies that are not valid JSON; Terraform rejects them."""


def main() -> None:
    """Print a table by service, then what is missed by check."""
    asked = argparse.ArgumentParser(prog="python -m suites", description=main.__doc__)
    asked.add_argument("checkout", type=Path, help="working tree of checkov")
    given = asked.parse_args()
    found = [one for one in labels.read(given.checkout) if any(map(SERVICES.match, one.failing | one.passing))]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines: Counter[str] = Counter()
    with Gate.start() as gate, tempfile.TemporaryDirectory(prefix="lakekit-suites-") as folder:
        for example in found:
            try:
                findings = _findings(gate, example.folder, Path(folder))
            except (GateError, ValueError) as error:
                lines[f"not evaluated: {example.folder.name}: {str(error)[:150]}"] += 1
                counts["not evaluated"]["failing"] += len(example.failing)
                continue
            for address in filter(SERVICES.match, example.failing):
                service = _service(address)
                counts[service]["failing"] += 1
                outcome = _outcome(address, example.check, findings)
                counts[service][outcome] += 1
                if outcome != "named":
                    lines[f"{outcome}: {example.check} {example.folder.name}: {address.split('.')[0]}"] += 1
            for address in filter(SERVICES.match, example.passing - INVALID.keys()):
                counts[_service(address)]["passing"] += 1
                if _is_reported(address, example.check, findings) and not deviates(example.folder.name, address):
                    counts[_service(address)]["disputed"] += 1
                    lines[f"disputed: {example.check} {example.folder.name}: {address}"] += 1
    _show(counts, lines)


def _findings(gate: Gate, example: Path, folder: Path) -> list[Finding]:
    (folder / "cdk.tf.json").write_text(json.dumps(convert.stack(example)), encoding="utf-8")
    verdict = gate.evaluate_synth(folder)
    (folder / "cdk.tf.json").unlink(missing_ok=True)
    return [*verdict.findings, *verdict.warnings]


def _is_reported(address: str, check: str, findings: list[Finding]) -> bool:
    rules = equivalent_rules(check)
    name = address.rpartition(".")[2]
    return any(
        finding.rule_id in rules and (finding.address == address or finding.address.rpartition(".")[2] == name)
        for finding in findings
        if NOT_EVALUATED not in finding.reason and describes(check, finding.rule_id, finding.reason)
    )


def _outcome(address: str, check: str, findings: list[Finding]) -> str:
    if _is_reported(address, check, findings):
        return "named"
    if address in INVALID or any(
        finding.address == address and any(text in finding.reason for text in (NOT_EVALUATED, NOT_JSON))
        for finding in findings
    ):
        return "invalid"
    return "deliberate" if is_deliberate(check) else "missed"


def _service(address: str) -> str:
    return address.split("_")[1].split(".", maxsplit=1)[0]


def _show(counts: dict[str, Counter[str]], lines: Counter[str]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    columns = ("failing", "named", "invalid", "deliberate", "missed", "passing", "disputed")
    table = Table("service", *columns, box=None, pad_edge=False)
    for service, counted in sorted(counts.items()):
        table.add_row(service, *(str(counted[column]) for column in columns))
    total = sum(counts.values(), Counter[str]())
    table.add_row("all", *(str(total[column]) for column in columns))
    console.print(table)
    for line, number in sorted(lines.items()):
        console.print(f"{number:3} {line}")


if __name__ == "__main__":
    main()
