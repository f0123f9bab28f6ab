"""Physical names: the table of name attributes covers every created type, and each entry rejects a duplicate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lakekit.core import name_collisions
from lakekit.core.name_collisions import _NAMES as NAMES
from lakekit.errors import CollisionError

PROJECT = Path(__file__).parents[2]

WITHOUT_A_UNIQUE_NAME: Final = {
    "terraform_data": "exists in the state only",
    "aws_eip": "EC2 allocates an id",
    "aws_emr_cluster": "EMR gives an id; several clusters may have one name",
    "aws_emr_studio": "EMR gives an id; the name only describes",
    "aws_flow_log": "EC2 gives an id",
    "aws_kms_key": "KMS gives an id; the alias is the name",
    "aws_lakeformation_permissions": "grants on one target add up",
    "aws_lakeformation_resource_lf_tags": "tags on one target add up, key by key",
    "aws_nat_gateway": "EC2 gives an id",
    "aws_route_table": "EC2 gives an id",
    "aws_vpc": "EC2 gives an id",
    "aws_vpc_endpoint": "EC2 gives an id",
    "aws_vpc_security_group_egress_rule": "EC2 gives an id",
    "aws_vpc_security_group_ingress_rule": "EC2 gives an id",
    "snowflake_execute": "a statement; what it makes is in its SQL",
    "snowflake_grant_account_role": "granting twice is granting once",
    "snowflake_grant_privileges_to_account_role": "grants on one target add up",
    "snowflake_tag_association": "tags on one target add up, key by key",
}
CONTEXT: Final = {
    "partition": "aws",
    "account_id": "111111111111",
    "region": "eu-west-1",
    "snowflake_account": "ACMEORG.LAKE_DEV",
}


def synthesized_resources(out: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(out.glob("stacks/*/cdk.tf.json")):
        for kind, found in json.loads(file.read_text()).get("resource", {}).items():
            for resource in found.values():
                yield kind, resource


def types_in_the_constructs() -> set[str]:
    """Types of the provider bindings that a construct names: `aws.s3_bucket` is `aws_s3_bucket`."""
    sources = "\n".join(file.read_text() for file in sorted((PROJECT / "constructs").rglob("*.py")))
    named = set(re.findall(r"(?<![\w.])(aws|snowflake)\.([a-z][a-z0-9_]*)\b", sources))
    packages = {name: _site(f"cdktf_cdktf_provider_{name}") for name in ("aws", "snowflake")}
    return {
        f"{provider}_{module}"
        for provider, module in named
        if not module.startswith("data_") and module != "provider" and (packages[provider] / module).is_dir()
    }


def _site(package: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def write(out: Path, stack: str, *resources: tuple[str, str, dict[str, Any]], **context: str) -> None:
    """A stack of resources: type, Terraform name, body."""
    blocks: dict[str, dict[str, Any]] = {}
    for kind, name, body in resources:
        blocks.setdefault(kind, {})[name] = {**body, "//": {"metadata": {"path": f"{stack}/{name}"}}}
    folder = out / "stacks" / stack
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {"metadata": {"stackName": stack, "lakekit": {**CONTEXT, **context}}}
    (folder / "cdk.tf.json").write_text(json.dumps({"//": metadata, "resource": blocks}))


def named(kind: str, **changes: str) -> dict[str, Any]:
    """The body of a resource of a type, with a value for each part of its name."""
    body: dict[str, Any] = {}
    for attribute in NAMES[kind][0]:
        block, _, name = attribute.rpartition(".")
        target = body.setdefault(block, [{}])[0] if block else body
        target[name] = changes.get(attribute, f"{name}-x")
    return body


def test_every_type_is_in_the_table_or_has_no_unique_name(synthesized: Path) -> None:
    made = {kind for kind, _ in synthesized_resources(synthesized)}
    named_in_code = types_in_the_constructs()
    assert len(made) > 80
    assert len(named_in_code) > 80
    assert (made | named_in_code) - set(NAMES) - set(WITHOUT_A_UNIQUE_NAME) == set()
    assert set(NAMES) & set(WITHOUT_A_UNIQUE_NAME) == set()
    assert set(WITHOUT_A_UNIQUE_NAME) <= made | named_in_code


def test_every_synthesized_resource_has_the_attributes_of_its_name(synthesized: Path) -> None:
    optional = {"event_bus_name"}  # the account's default bus
    checked = 0
    for kind, resource in synthesized_resources(synthesized):
        for attribute in set(NAMES.get(kind, ((), ()))[0]) - optional:
            assert name_collisions._value(resource, attribute), (kind, attribute, resource["//"])
            checked += 1
    assert checked > 1000


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_same_physical_name_in_two_stacks_is_rejected(tmp_path: Path, kind: str) -> None:
    write(tmp_path, "dev-a", (kind, "One", named(kind)))
    write(tmp_path, "dev-b", (kind, "Two", named(kind)))
    with pytest.raises(CollisionError, match=f"dev-a/One and dev-b/Two both create the {kind}"):
        name_collisions.check_unique_names(tmp_path)


@pytest.mark.parametrize(
    ("kind", "attribute"), [(kind, attribute) for kind in sorted(NAMES) for attribute in NAMES[kind][0]]
)
def test_names_that_differ_in_one_part_are_two_names(tmp_path: Path, kind: str, attribute: str) -> None:
    write(tmp_path, "dev-a", (kind, "One", named(kind)))
    write(tmp_path, "dev-b", (kind, "Two", named(kind, **{attribute: "other"})))
    name_collisions.check_unique_names(tmp_path)


@pytest.mark.parametrize(
    ("kind", "elsewhere", "collides"),
    [
        ("aws_s3_bucket", {"account_id": "222222222222"}, True),
        ("aws_s3_bucket", {"region": "eu-central-1"}, True),
        ("aws_s3_bucket", {"partition": "aws-cn"}, False),
        ("aws_iam_role", {"region": "eu-central-1"}, True),
        ("aws_iam_role", {"account_id": "222222222222"}, False),
        ("aws_kms_alias", {"account_id": "222222222222"}, False),
        ("aws_kms_alias", {"region": "eu-central-1"}, False),
        ("aws_glue_data_catalog_encryption_settings", {"region": "eu-central-1"}, False),
        ("snowflake_database", {"account_id": "222222222222", "region": "eu-central-1"}, True),
        ("snowflake_database", {"snowflake_account": "ACMEORG.LAKE_PROD"}, False),
    ],
)
def test_a_name_is_unique_within_its_scope(
    tmp_path: Path, kind: str, elsewhere: dict[str, str], collides: bool
) -> None:
    write(tmp_path, "dev-a", (kind, "One", named(kind)))
    write(tmp_path, "test-a", (kind, "Two", named(kind)), **elsewhere)
    if not collides:
        name_collisions.check_unique_names(tmp_path)
        return
    with pytest.raises(CollisionError, match="dev-a/One and test-a/Two"):
        name_collisions.check_unique_names(tmp_path)


def test_terraform_references_are_compared_within_a_stack(tmp_path: Path) -> None:
    settings = {"bucket": "${aws_s3_bucket.Raw.id}"}
    write(tmp_path, "dev-a", ("aws_s3_bucket_policy", "One", settings))
    write(tmp_path, "dev-b", ("aws_s3_bucket_policy", "Two", settings))
    name_collisions.check_unique_names(tmp_path)
    write(tmp_path, "dev-b", ("aws_s3_bucket_policy", "Two", settings), ("aws_s3_bucket_policy", "Three", settings))
    with pytest.raises(CollisionError, match="dev-b/Two and dev-b/Three both create the aws_s3_bucket_policy"):
        name_collisions.check_unique_names(tmp_path)


@pytest.mark.parametrize("name", [{}, {"name": "${each.key}"}, {"name": "role-${count.index}"}])
def test_a_name_that_terraform_makes_up_collides_with_none(tmp_path: Path, name: dict[str, str]) -> None:
    write(tmp_path, "dev-a", ("aws_iam_role", "One", name), ("aws_iam_role", "Two", name))
    name_collisions.check_unique_names(tmp_path)
