"""The network: private subnets in several zones, endpoint policies limited to the account, and existing VPCs."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

import pytest
from pydantic import ValidationError
from stack_builder import stack

from lakekit.environment import Environment
from lakekit.errors import ConstructError
from lakekit.network import DataVpc, EngineSecurityGroup, SecurityGroupRule, VpcReference
from lakekit.network.cidr_plan import CidrPlan
from lakekit.testing import Template, environment, resources
from nonempty import nonempty

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333"}
EXISTING = {
    "vpc_id": "vpc-0123456789abcdef0",
    "cidr": "10.20.0.0/16",
    "subnets": {"a": "subnet-0123456789abcdef0", "b": "subnet-0123456789abcdef1", "c": "subnet-0123456789abcdef2"},
}


def made(**changes: Any) -> Template:
    return stack(lambda s: DataVpc(s, "Network"), **changes)


@pytest.fixture(scope="module")
def network() -> Template:
    return made(**PROD)


def test_production_has_a_private_subnet_in_each_of_three_zones(network: Template) -> None:
    subnets = resources(network, "aws_subnet").values()
    assert {subnet["availability_zone"] for subnet in subnets} == {"eu-west-1a", "eu-west-1b", "eu-west-1c"}
    assert not any(subnet["map_public_ip_on_launch"] for subnet in subnets)


def statements_of_aws(**changes: Any) -> dict[str, Any]:
    (s3,) = (
        one for one in resources(made(**changes), "aws_vpc_endpoint").values() if one["vpc_endpoint_type"] == "Gateway"
    )
    return {one["Sid"]: one for one in json.loads(s3["policy"])["Statement"] if one["Sid"] != "OursOnOurs"}


def test_s3_endpoint_allows_emr_logs_with_emr() -> None:
    cluster = {"processing": {"enabled": True, "spark": {"enabled": False}, "cluster": {"enabled": True}}}
    found = statements_of_aws(**cluster)
    assert found["WriteSystemLogsOfEmr"]["Resource"] == "arn:aws:s3:::aws157-logs-prod-eu-west-1/*"
    assert found["WriteSystemLogsOfEmr"]["Action"] == "s3:PutObject"
    assert found["FeedSparkHistoryOfEmr"]["Resource"] == "arn:aws:s3:::prod.eu-west-1.appinfo.src/*"
    assert all("aws_vpc." in one["Condition"]["StringEquals"]["aws:SourceVpc"] for one in nonempty(found.values()))
    american = statements_of_aws(**cluster, region="us-east-1")
    assert american["WriteSystemLogsOfEmr"]["Resource"] == "arn:aws:s3:::aws157-logs-prod/*"
    serverless = {"processing": {"enabled": True, "spark": {"enabled": True}}}
    assert set(statements_of_aws(**serverless)) == {"ReadPackagesOfAws", "FeedSparkHistoryOfEmr"}
    assert set(statements_of_aws(processing={"enabled": False})) == {"ReadPackagesOfAws"}


def test_no_internet_route(network: Template) -> None:
    for kind in ("aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route"):
        assert not resources(network, kind)


def test_the_default_group_allows_nothing(network: Template) -> None:
    (group,) = resources(network, "aws_default_security_group").values()
    assert "ingress" not in group
    assert "egress" not in group


def test_flows_are_logged_under_a_key_for_a_year(network: Template) -> None:
    (flow,) = resources(network, "aws_flow_log").values()
    (group,) = resources(network, "aws_cloudwatch_log_group").values()
    assert (flow["traffic_type"], group["retention_in_days"]) == ("ALL", 365)
    assert group["kms_key_id"].startswith("${aws_kms_key.")


def test_every_endpoint_policy_checks_principal_and_resource(network: Template) -> None:
    endpoints = resources(network, "aws_vpc_endpoint")
    assert {e["service_name"].rpartition(".")[2] for e in endpoints.values()} >= {
        *("s3", "glue", "sts", "kms", "logs", "kafka", "emr-serverless", "secretsmanager", "lakeformation", "athena")
    }
    for path, endpoint in endpoints.items():
        ours, *others = json.loads(endpoint["policy"])["Statement"]
        asked = {"aws:PrincipalAccount": "333333333333", "aws:ResourceAccount": "333333333333"}
        assert ours["Condition"] == {"StringEquals": asked}, path
        assert bool(others) == (path == "Network/Endpoints/S3")


def test_organization_is_allowed_by_id() -> None:
    template = made(network={"organization_id": "o-abcdefghij"})
    for endpoint in nonempty(resources(template, "aws_vpc_endpoint").values()):
        asked = json.loads(endpoint["policy"])["Statement"][0]["Condition"]["StringEquals"]
        assert asked == {"aws:PrincipalOrgID": "o-abcdefghij", "aws:ResourceOrgID": "o-abcdefghij"}


@pytest.mark.parametrize(("nat", "gateways"), [("none", 0), ("one", 1), ("per-zone", 3)])
def test_nat_by_choice(nat: str, gateways: int) -> None:
    template = made(**PROD, network={"nat": nat})
    assert len(resources(template, "aws_nat_gateway")) == gateways
    assert len(resources(template, "aws_eip")) == gateways
    assert len(resources(template, "aws_subnet")) == 3 + gateways
    private = [r for p, r in resources(template, "aws_route").items() if "RouteOf" in p]
    assert len(private) == (3 if gateways else 0)


def test_address_ranges_do_not_overlap_or_change() -> None:
    def plan(*zones: str) -> CidrPlan:
        return CidrPlan.of(environment(region="us-east-1", network={"zones": list(zones), "cidr": "10.9.0.0/18"}))

    all_six = plan(*"abcdef")
    ranges = [ipaddress.IPv4Network(text) for z in "abcdef" for text in (all_six.private(z), all_six.public(z))]
    assert len(ranges) == 12
    for one in ranges:
        assert one.subnet_of(ipaddress.IPv4Network("10.9.0.0/18"))
        assert [other for other in nonempty(ranges) if one.overlaps(other)] == [one]
    assert plan("b").private("b") == all_six.private("b")


@pytest.mark.parametrize(
    ("network", "problem"),
    [
        ({"cidr": "8.8.0.0/16"}, "not a private range"),
        ({"cidr": "10.0.0.0/24"}, "between /16 and /20"),
        ({"cidr": "10.0.1.0/16"}, "not an address range"),
        ({"zones": ["a", "a"]}, "each only once"),
        ({"zones": []}, "each only once"),
        ({"endpoints": ["glue", "glue"]}, "twice"),
        ({"endpoints": ["nope"]}, "Input should be"),
        ({"nat": "two"}, "none"),
        ({"existing": {**EXISTING, "vpc_id": "vpc-1"}}, "vpc_id"),
        ({"existing": {**EXISTING, "subnets": {}}}, "at least 1"),
        (
            {"existing": {**EXISTING, "subnets": dict.fromkeys("ab", "subnet-0123456789abcdef0")}},
            "two availability zones",
        ),
        ({"existing": EXISTING, "nat": "one"}, "cannot be combined with nat"),
    ],
)
def test_invalid_network_settings_are_rejected(network: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        environment(network=network)


@pytest.mark.parametrize(
    "network",
    [{"zones": ["a", "b"]}, {"existing": {**EXISTING, "subnets": {"a": "subnet-0123456789abcdef0"}}}],
)
def test_too_few_availability_zones_are_rejected(network: dict[str, Any]) -> None:
    with pytest.raises(ConstructError, match="tier prod needs 3"):
        made(**PROD, network=network)
    with pytest.raises(ConstructError, match="tier prod needs 3"):
        stack(VpcReference.of_stack, **PROD, network=network)


def test_existing_vpc_is_used_without_new_resources() -> None:
    found: dict[str, Any] = {}

    def build(s: Any) -> None:
        network = VpcReference.of_stack(s)
        found.update(vpc=network.vpc_id, subnets=list(network.subnet_ids))
        DataVpc(s, "Checked")

    template = stack(build, **PROD, network={"existing": EXISTING})
    assert found == {"vpc": EXISTING["vpc_id"], "subnets": list(EXISTING["subnets"].values())}  # type: ignore[attr-defined]
    assert "resource" not in template


def test_other_stacks_find_subnets_by_name() -> None:
    template = stack(VpcReference.of_stack)
    names = [s["filter"][0]["values"] for s in template["data"]["aws_subnet"].values()]
    assert names == [["acme-dev-private-a"], ["acme-dev-private-b"]]


def test_no_network_where_it_is_switched_off() -> None:
    with pytest.raises(ConstructError, match="has no network"):
        stack(VpcReference.of_stack, network={"enabled": False})


def test_existing_subnets_are_checked_at_plan() -> None:
    template = stack(VpcReference.of_stack, **PROD, network={"existing": EXISTING})
    found = template["data"]["aws_subnet"]
    assert [one["id"] for one in found.values()] == list(EXISTING["subnets"].values())
    in_vpc, in_zone, private = next(iter(found.values()))["lifecycle"]["postcondition"]
    assert in_vpc["condition"] == '${self.vpc_id == "vpc-0123456789abcdef0"}'
    assert in_zone["condition"] == '${self.availability_zone == "eu-west-1a"}'
    assert private["condition"] == "${!self.map_public_ip_on_launch}"
    assert "network.existing.subnets.a of prod.yaml: subnet-0123456789abcdef0 lies in" in in_vpc["error_message"]


def test_engine_security_group_has_egress_only() -> None:
    def build(s: Any) -> None:
        EngineSecurityGroup(s, "Engine", network=VpcReference.of_stack(s), description="d")

    template = stack(build)
    assert not resources(template, "aws_vpc_security_group_ingress_rule")
    out = list(resources(template, "aws_vpc_security_group_egress_rule").values())
    assert {rule["to_port"] for rule in out} == {443}
    assert {rule.get("cidr_ipv4") for rule in out} == {"10.64.0.0/16", None}


def test_the_default_is_a_network_in_two_zones_in_dev() -> None:
    assert isinstance(environment(), Environment)
    assert len(resources(made(), "aws_subnet")) == 2


@pytest.mark.parametrize(
    ("port", "ports"),
    [(9443, {"ip_protocol": "tcp", "from_port": 9443, "to_port": 9443}), (None, {"ip_protocol": "-1"})],
)
def test_security_group_rule_opens_both_groups_at_its_port_only(port: int | None, ports: dict[str, Any]) -> None:
    made = stack(
        lambda one: SecurityGroupRule(
            one, "Rule", source="sg-1", destination="sg-2", description="Workers to the service", port=port
        )
    )
    for kind, owner, peer in (("egress", "sg-1", "sg-2"), ("ingress", "sg-2", "sg-1")):
        (rule,) = resources(made, f"aws_vpc_security_group_{kind}_rule").values()
        assert {key: value for key, value in rule.items() if key not in ("//", "description")} == {
            "security_group_id": owner,
            "referenced_security_group_id": peer,
            **ports,
        }
