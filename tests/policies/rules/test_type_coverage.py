"""Every resource type is judged, inert or unknown, and the reference stacks use no unknown one."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lakekit_policies.coverage.catalog import GENERIC_ABOVE, TypeCatalog, build_catalog, type_data
from lakekit_policies.pack.load import load_pack
from lakekit_policies.verdict import Coverage
from nonempty import nonempty

ROOT = Path(__file__).parents[3]


DESCRIBE = """
import json
from lakekit_policies.coverage.catalog import build_catalog
from lakekit_policies.gate.evaluator import Evaluator
types = build_catalog(Evaluator.load().rules.evaluated_types())
print(json.dumps([sorted(types.judged), sorted(types.inert)]))
"""


@cache
def current() -> TypeCatalog:
    """The catalog of all rules, loaded in a separate process because checkov changes global state."""
    run = subprocess.run([sys.executable, "-c", DESCRIBE], capture_output=True, text=True, check=True)
    judged, inert = json.loads(run.stdout)
    return TypeCatalog(frozenset(judged), frozenset(inert))


def test_every_resource_type_of_the_reference_stacks_is_judged(synthesized: Path) -> None:
    emitted: set[str] = set()
    for stack in synthesized.glob("stacks/*/cdk.tf.json"):
        emitted |= set(json.loads(stack.read_text(encoding="utf-8")).get("resource", {}))
    types = current()
    # Only what gives a table its identity has nothing to evaluate.
    assert {kind: types.status(kind) for kind in nonempty(sorted(emitted))} == {
        kind: "inert" if kind == "terraform_data" else "judged" for kind in emitted
    }


def test_types_without_a_rule_name_an_existing_one() -> None:
    loaded = load_pack()
    known = {rule.id for rule in loaded.own_rules} | set(loaded.checkov_ids)
    assert set(type_data()["read_by"]) <= known
    assert set(type_data()["generic_rules"]["ids"]) <= known


def test_every_inert_type_has_a_reason_and_no_rule() -> None:
    inert = type_data()["inert"]
    assert [kind for kind, reason in nonempty(sorted(inert.items())) if not reason] == []
    assert set(inert) & current().judged == set()


def test_every_ephemeral_type_has_a_reason_or_an_existing_rule() -> None:
    data, known = type_data(), {rule.id for rule in load_pack().own_rules}
    assert [kind for kind, reason in nonempty(sorted(data["ephemeral"].items())) if not reason] == []
    assert set(data["ephemeral_read_by"].values()) <= known


def test_each_type_is_listed_once() -> None:
    data = type_data()
    listed = [kind for kinds in data["read_by"].values() for kind in kinds]
    listed += [*data["policy_carriers"]["types"], *data["inert"]]
    assert sorted(listed) == sorted(set(listed))


def test_generic_rules_do_not_make_a_type_judged() -> None:
    many = [f"aws_type_{number}" for number in range(GENERIC_ABOVE + 1)]
    types = build_catalog([("LK_GOV_1", ["aws_described"]), ("TEAM_1", many), ("TEAM_2", ["aws_*", "aws_own"])])
    assert types.status("aws_described") == types.status("aws_type_1") == types.status("aws_any") == "unknown"
    assert types.status("aws_own") == "judged"


@pytest.mark.parametrize(
    ("kind", "mode", "status"),
    [
        ("aws_s3_bucket", "managed", "judged"),
        ("aws_s3_bucket_policy", "managed", "judged"),
        ("aws_cloud9_environment_ec2", "managed", "unknown"),
        ("aws_db_subnet_group", "managed", "inert"),
        ("terraform_data", "managed", "inert"),
        ("aws_caller_identity", "data", "inert"),
        ("google_storage_bucket", "managed", "unknown"),
        ("google_project", "data", "unknown"),
        ("http", "data", "judged"),
        ("aws_secretsmanager_secret_version", "ephemeral", "inert"),
        ("aws_lambda_invocation", "ephemeral", "judged"),
        ("aws_s3_bucket", "ephemeral", "unknown"),
    ],
)
def test_status(kind: str, mode: str, status: str) -> None:
    assert current().status(kind, mode) == status


def test_counts_and_text() -> None:
    counted = current().count(
        [("managed", "aws_s3_bucket"), ("data", "aws_region"), ("managed", "aws_x"), ("managed", "aws_x")]
    )
    assert counted == Coverage(1, 1, {"aws_x": 2})
    assert (counted + counted).text == "judged 2, inert 2, unknown 4: aws_x"
