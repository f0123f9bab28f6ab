"""Number of Snowflake resources and time of their synthesis: 50 data products, 10 roles.

    python benchmarks/snowflake_stacks.py [PRODUCTS] [ROLES]

The products are in two zones and five domains; every role reads two domains, half of the roles also confidential data,
two write. Prints resources by type, the expected number, and seconds of synthesis (constructs to JSON) with and
without the gate, the best of three runs in separate processes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[1] / "stacks"))

from foundation.snowflake import SnowflakePlatformStack  # noqa: E402
from lakekit import testing  # noqa: E402
from lakekit.bindings import cdktf  # noqa: E402
from lakekit.catalog import Column, GovernedTable  # noqa: E402
from lakekit.snowflake import SnowflakeProduct, SnowflakeStack  # noqa: E402
from lakekit_policies import Gate  # noqa: E402
from lakekit_policies.terraform.synthesized_directory import stack_files  # noqa: E402
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack  # noqa: E402

CLASSES = ["public", "internal", "confidential", "restricted"]
DOMAINS = ["sales", "finance", "logistics", "people", "web"]


def environment(roles: int) -> Any:
    declared = {
        f"role-{number}": {
            "trusted_principals": ["sso"],
            "read": {
                "domain": [DOMAINS[number % 5], DOMAINS[(number + 1) % 5]],
                "classification": CLASSES[: 2 + number % 2],
            },
            **({"write": {"domain": [DOMAINS[number % 5]], "classification": CLASSES[:2]}} if number < 2 else {}),
        }
        for number in range(roles)
    }
    return testing.environment(
        snowflake={
            "organization": "acmeorg",
            "account": "lake",
            "region": "aws_eu_west_1",
            "edition": "enterprise",
            "allowed_networks": ["203.0.113.0/24"],
        },
        governance={"administrators": ["deployer"], "domains": DOMAINS, "roles": declared},
    )


def build(products: int, roles: int, outdir: Path) -> tuple[float, float]:
    """Synthesize and evaluate; return the seconds until each is done."""
    gate = Gate.start()
    env = environment(roles)
    app = cdktf.App(outdir=str(outdir), stack_traces=False)
    platform = SnowflakePlatformStack(app, env)
    for number, domain in enumerate(DOMAINS):
        stack = SnowflakeStack(app, env, f"{domain}-snowflake", domain=domain)
        stack.add_dependency(platform)
        for product in range(number, products, 5):
            table = GovernedTable(
                f"table_{product}",
                description=f"One row per entry of product {product}",
                columns=[Column("id", "long"), Column("email", "string"), Column("amount", "decimal(12, 2)")],
                column_classifications={"email": "restricted"},
            )
            SnowflakeProduct(
                stack,
                f"Product{product}",
                zone="curated" if product % 2 else "consumption",
                tables=[table],
                description=f"Product {product}",
            )
    app.synth()
    synthesized = time.perf_counter() - STARTED
    verdict = gate.evaluate_synth(outdir)
    evaluated = time.perf_counter() - STARTED
    gate.close()
    if not verdict.clean:
        raise SystemExit("\n".join(f"{one.rule_id} {one.address}: {one.reason}" for one in verdict.findings[:20]))
    return synthesized, evaluated


def expected_resources(products: int, roles: int) -> int:
    """Resources on paper."""
    env = environment(roles)
    # Parameters, network policy and the account's monitor; warehouses with monitors; roles and what they may use;
    # vocabulary; databases; volumes with their IAM roles; the catalog with its role and grants.
    workloads, zones = len(env.snowflake.workloads), 3
    platform = (11 + 1 + 2) + 2 * workloads + 2 * roles + roles * workloads
    platform += (2 + 3 + 13) + zones + 3 * zones + (1 + 2 + 2)
    readers = 0
    for product in range(products):
        domain = DOMAINS[product % 5]
        readers += sum(
            domain in (one.read.domain if one.read else ()) or domain in (one.write.domain if one.write else ())
            for one in env.governance.roles.values()
        )
    # Schema with its access roles and grants 12, three tags on it, one on its columns, its table; one for each reader.
    return platform + products * (12 + 3 + 1 + 1) + readers


def main() -> None:
    products, roles = (int(word) for word in [*sys.argv[1:], "50", "10"][:2])
    if "--once" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(build(products, roles, Path(folder))))
        return
    runs = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, __file__, str(products), str(roles), "--once"], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    with tempfile.TemporaryDirectory() as folder:
        build(products, roles, Path(folder))
        files = stack_files(Path(folder))
        counted = Counter(block.kind for file in files for block in SynthesizedStack.read(file).resources())
    for kind, number in counted.most_common():
        print(f"{number:6}  {kind}")
    print(f"{sum(counted.values()):6}  in all, in {len(files)} stacks; expected {expected_resources(products, roles)}")
    synth, gated = (min(run[at] for run in runs) for at in (0, 1))
    print(f"synth {synth:.2f} s, with gate {gated:.2f} s, start of the process included")


if __name__ == "__main__":
    main()
