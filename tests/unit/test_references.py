"""Grantees and references: every form gives the same grant, and unknown names are rejected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_builder import stack

from lakekit.bindings import Construct
from lakekit.catalog import resolve_database
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference, ServiceRole, resolve_grantee
from lakekit.monitoring import AlarmTopic
from lakekit.network import DataVpc
from lakekit.storage import ArtifactBucket, LogBucket, QueryResultBucket, Zone, ZoneReference, resolve_zone
from lakekit.testing import Template, resources

ARN = "arn:aws:iam::111111111111:role/acme-dev-analyst"


class Job(Construct):
    """A construct with a role."""

    def __init__(self, scope: Any, id: str) -> None:
        super().__init__(scope, id)
        self.role = ServiceRole(self, "Role", service="glue", description="d")


def policies(template: Template) -> dict[str, dict[str, Any]]:
    return resources(template, "aws_iam_role_policy")


def test_a_construct_with_a_role_is_a_grantee() -> None:
    def build(s: Any) -> None:
        job = Job(s, "Job")
        Zone(s, "Raw").grant_read(job)
        assert resolve_grantee(s, job) is job.role

    assert list(policies(stack(build))) == ["Job/Role/Grants"]


@pytest.mark.parametrize("grantee", ["acme-dev-analyst", ARN, ARN.replace("role/", "role/team/")])
def test_names_and_arns_give_one_policy_per_stack(grantee: str) -> None:
    def build(s: Any) -> None:
        for name in ("Raw", "Landing"):
            Zone(s, name).grant_read(grantee)
        assert resolve_grantee(s, grantee) is resolve_grantee(s, "acme-dev-analyst")

    (policy,) = policies(stack(build)).values()
    assert (policy["role"], policy["name"]) == ("acme-dev-analyst", "dev-test-references-role-acme-dev-analyst")
    sids = {one["Sid"] for one in json.loads(policy["policy"])["Statement"]}
    assert {"ReadRawObjects", "ReadLandingObjects"} <= sids


def test_a_name_finds_the_role_of_the_same_stack() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Job", service="glue", description="d")
        assert resolve_grantee(s, role.name) is role
        assert resolve_grantee(s, role.arn) is role

    stack(build)


def test_short_names_of_data_roles_are_grantees() -> None:
    def build(s: Any) -> None:
        assert resolve_grantee(s, "analyst").name == "acme-dev-analyst"

    role = {"trusted_principals": ["Sso"], "read": {"zone": ["curated"]}}
    stack(build, governance={"administrators": ["admin"], "domains": ["sales"], "roles": {"analyst": role}})


def test_two_references_to_one_role_have_two_policies() -> None:
    def build(s: Any) -> None:
        zone = Zone(s, "Raw")
        for scope, id_ in ((s, "First"), (s, "Second"), (Construct(s, "Inner"), "First")):
            reference = Role.from_name(scope, id_, "keeper")
            assert isinstance(reference, RoleReference)
            zone.grant_read(reference)

    names = [policy["name"] for policy in policies(stack(build)).values()]
    assert sorted(names) == ["dev-test-first", "dev-test-inner-first", "dev-test-second"]


@pytest.mark.parametrize(
    ("grantee", "problem"),
    [(object(), "it has no role"), ("two words", "not the name of a role"), ("", "not the name of a role")],
)
def test_other_values_are_not_grantees(grantee: Any, problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: Zone(s, "Raw").grant_read(grantee))


def test_zones_resolve_from_a_zone_a_reference_and_a_name() -> None:
    def build(s: Any) -> None:
        zone = Zone(s, "Raw")
        assert resolve_zone(s, zone) is zone
        reference = Zone.from_name(s, "Curated", "curated")
        assert resolve_zone(s, reference) is reference
        named = resolve_zone(s, "raw")
        assert isinstance(named, ZoneReference)
        assert resolve_zone(zone, "raw") is named
        assert (named.bucket_name, named.location) == (zone.bucket_name, zone.location)
        named.grant_admin("keeper")

    assert len(policies(stack(build))) == 1


def test_an_unknown_zone_name_is_rejected_with_the_known_ones_and_the_key() -> None:
    with pytest.raises(ConstructError, match=r"'gold'; its zones are landing, raw(.|\n)*lake\.zones in dev\.yaml"):
        stack(lambda s: resolve_zone(s, "gold"))


@pytest.mark.parametrize(
    ("resolve", "message"),
    [
        (resolve_zone, r"zone= is a int, not a zone"),
        (resolve_database, r"database= is a int, not a database"),
        (resolve_grantee, r"cannot grant to a int: it has no role"),
    ],
)
def test_an_argument_of_another_type_is_rejected(resolve: Any, message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        stack(lambda s: resolve(s, 3))


def test_references_to_singletons_of_the_environment() -> None:
    def build(s: Any) -> None:
        for id_ in ("One", "Two"):
            inner = Construct(s, id_)
            DataVpc.from_environment(inner, "Vpc")
            ArtifactBucket.from_environment(inner, "Artifacts").grant_read("builder", "jobs/")
            QueryResultBucket.from_environment(inner, "Results").grant_write("reporter")
            AlarmTopic.from_environment(inner, "Alarms").grant_publish("reporter")
            logs = LogBucket.from_environment(inner, "Logs")
            assert logs.name == "acme-dev-logs-111111111111-eu-west-1"
            assert logs.arn == f"arn:aws:s3:::{logs.name}"

    template = stack(build)
    statements = {
        policy["role"]: {one["Sid"]: one["Resource"] for one in json.loads(policy["policy"])["Statement"]}
        for policy in policies(template).values()
    }
    assert statements["builder"]["ReadArtifactsObjects"] == (
        "arn:aws:s3:::acme-dev-artifacts-111111111111-eu-west-1/jobs/*"
    )
    assert statements["reporter"]["PublishAlarms"] == "arn:aws:sns:eu-west-1:111111111111:acme-dev-alarms"
    assert {"WriteQueryResultsObjects", "WriteQueryResultsKey", "AlarmTopicKey"} <= set(statements["reporter"])


def test_a_reference_to_a_missing_network_is_rejected() -> None:
    with pytest.raises(ConstructError, match=r"has no network \(network.enabled is false\)"):
        stack(lambda s: DataVpc.from_environment(s, "Vpc"), network={"enabled": False})
