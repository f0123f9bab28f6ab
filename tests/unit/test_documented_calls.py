"""Roles allow the calls that AWS documents of the services that work with them, with their condition keys.

Each list names its source. Ids that Terraform knows after apply are taken from the policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine_calls import Request, allowed, refused
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.environment import SparkClusterSettings
from lakekit.network import FlowLog
from lakekit.processing import (
    EmrStudio,
    GlueConnection,
    GlueCrawler,
    GlueRuntime,
    GlueSecurityConfiguration,
    SparkCluster,
    SparkJob,
)
from lakekit.streaming import FirehoseToIceberg, KafkaCluster
from lakekit.testing import Template, resources
from lakekit_policies.iam.evaluation import Caller, CallerKind, ConcreteRequest, PolicySet, decide, policy_of
from nonempty import nonempty

EC2 = "arn:aws:ec2:eu-west-1:111111111111"
EMR_TAG = "for-use-with-amazon-emr-managed-policies"
REQUEST_TAGGED = {f"aws:RequestTag/{EMR_TAG}": ["true"]}
RESOURCE_TAGGED = {f"aws:ResourceTag/{EMR_TAG}": ["true"]}
KEY = "arn:aws:kms:eu-west-1:111111111111:key/0000"
IMAGE = "arn:aws:ec2:eu-west-1::image/ami-0"


def of_role(template: Template, name: str) -> list[dict[str, Any]]:
    (found,) = (statements for role, statements in policies(template).items() if role.endswith(name))
    return found


def calls(
    actions: str, targets: Iterable[str], context: dict[str, list[str]] | None = None, service: str = "ec2"
) -> Iterator[Request]:
    for action in actions.split():
        for target in targets:
            yield Request(f"{service}:{action}", target, context or {})


def named(statements: list[dict[str, Any]], kind: str) -> list[str]:
    """The subnets or security groups that the statements name."""
    found = {arn for one in statements for arn in _listed(one["Resource"]) if f":{kind}/" in arn}
    return sorted(arn for arn in found if not arn.endswith("*"))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def emr() -> Template:
    return stack(lambda s: SparkCluster(s, "Main", settings=SparkClusterSettings()))


def test_emr_may_start_and_manage_the_cluster() -> None:
    """`AmazonEMRServicePolicy_v2`, version 6 (AWS managed policy reference), in the cluster's subnets and groups."""
    statements = of_role(emr(), "emr-main-service")
    subnets, groups = named(statements, "subnet"), named(statements, "security-group")
    assert len(groups) == 3
    instances = [f"{EC2}:instance/i-0", f"{EC2}:volume/vol-0"]
    interface, template = [f"{EC2}:network-interface/eni-0"], [f"{EC2}:launch-template/lt-0"]
    made = [*instances, *interface, *template]
    wanted = [
        *calls("CreateNetworkInterface RunInstances CreateFleet", [*subnets, *groups], RESOURCE_TAGGED),
        *calls("CreateFleet RunInstances CreateLaunchTemplateVersion", template, RESOURCE_TAGGED),
        *calls("CreateLaunchTemplate", template, REQUEST_TAGGED),
        *calls("RunInstances CreateFleet", instances, REQUEST_TAGGED),
        # Without a tag: EC2 evaluates them for the interface of an instance and for the fleet itself.
        *calls("RunInstances CreateFleet", [*interface, f"{EC2}:fleet/fleet-0", IMAGE]),
        *calls("DeleteLaunchTemplate", template, RESOURCE_TAGGED),
        *calls("DeleteNetworkInterface", interface, RESOURCE_TAGGED),
        *calls("ModifyInstanceAttribute TerminateInstances", instances[:1], RESOURCE_TAGGED),
        *calls("CreateTags DeleteTags", made, RESOURCE_TAGGED),
        *calls("CreateNetworkInterface", interface, REQUEST_TAGGED),
        *(
            request
            for action in ("RunInstances", "CreateFleet", "CreateLaunchTemplate", "CreateNetworkInterface")
            for request in calls("CreateTags", made, {"ec2:CreateAction": [action]})
        ),
        *calls("DescribeVpcs DescribeSubnets DescribeInstances DescribeLaunchTemplates DescribeVolumeStatus", ["*"]),
        *calls("AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress", groups, RESOURCE_TAGGED),
    ]
    assert refused(statements, iter(wanted)) == []


def test_emr_may_not_touch_what_is_not_of_emr() -> None:
    statements = of_role(emr(), "emr-main-service")
    instances = [f"{EC2}:instance/i-0", f"{EC2}:volume/vol-0"]
    denied = [
        *calls("TerminateInstances ModifyInstanceAttribute", [f"{EC2}:instance/i-0"]),
        # EMR's own policy does without them.
        *calls("StopInstances", [f"{EC2}:instance/i-0"], RESOURCE_TAGGED),
        *calls("AttachVolume DetachVolume DeleteVolume", instances, RESOURCE_TAGGED),
        *calls("RunInstances", [f"{EC2}:instance/i-0", f"{EC2}:volume/vol-0"]),
        *calls("RunInstances CreateFleet CreateNetworkInterface", [f"{EC2}:subnet/subnet-9"], RESOURCE_TAGGED),
        *calls("CreateTags", [f"{EC2}:instance/i-0"], {"ec2:CreateAction": ["CreateVolume"]}),
        *calls("AuthorizeSecurityGroupIngress", [f"{EC2}:security-group/sg-9"], RESOURCE_TAGGED),
    ]
    assert allowed(statements, denied) == []


def test_the_cluster_starts_after_the_rules_of_its_groups() -> None:
    """EMR checks port 9443 of a service access group at the start (EMR, "Amazon EMR-managed security groups")."""
    template = emr()
    (cluster,) = template["resource"]["aws_emr_cluster"].values()
    for kind in ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"):
        rules = {f"{kind}.{name}" for name in template["resource"][kind]}
        assert rules <= {*cluster["depends_on"]}


def test_a_cluster_may_use_the_key_of_its_disks_as_soon_as_it_exists() -> None:
    """A grant by `kms:ResourceAliases` may take five minutes to hold after the alias was made.

    KMS developer guide, "Using aliases to control access to KMS keys", on eventual consistency.
    """
    template = emr()
    (key,) = template["resource"]["aws_kms_key"]
    arn = f"${{aws_kms_key.{key}.arn}}"
    disk = "Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo"
    for role in ("emr-main-service", "emr-main-nodes"):
        assert refused(of_role(template, role), calls(disk, [arn], {"kms:ResourceAliases": []}, service="kms")) == []
    grant = {"kms:GrantIsForAWSResource": ["true"], "kms:ResourceAliases": []}
    assert refused(of_role(template, "emr-main-service"), calls("CreateGrant", [arn], grant, service="kms")) == []


def studio() -> Template:
    def build(s: Any) -> None:
        EmrStudio(s, "Studio").grant_login("analyst")

    return stack(build)


def test_emr_studio_may_connect_workspaces_and_clusters() -> None:
    """EMR management guide, "Create an EMR Studio service role", without the creation of default security groups."""
    template = studio()
    statements = of_role(template, "studio-studio")
    (made,) = resources(template, "aws_emr_studio").values()
    vpc = f"{EC2}:vpc/{made['vpc_id']}"
    subnets, groups = named(statements, "subnet"), named(statements, "security-group")
    interface = [f"{EC2}:network-interface/eni-0"]
    cluster = ["arn:aws:elasticmapreduce:eu-west-1:111111111111:cluster/j-0"]
    wanted = [
        *calls("ListInstances DescribeCluster ListSteps", cluster, RESOURCE_TAGGED, service="elasticmapreduce"),
        *calls(
            "CreateNetworkInterfacePermission DeleteNetworkInterface DeleteNetworkInterfacePermission",
            interface,
            RESOURCE_TAGGED,
        ),
        # The engine's group is added to an interface of an instance of the cluster, which has no tag of its own. The
        # service authorization reference has the key `ec2:Vpc` for interfaces and groups, and not for instances.
        *calls("ModifyNetworkInterfaceAttribute", [*interface, f"{EC2}:security-group/sg-cluster"], {"ec2:Vpc": [vpc]}),
        *calls("ModifyNetworkInterfaceAttribute", [f"{EC2}:instance/i-0"]),
        *calls(
            "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress RevokeSecurityGroupEgress "
            "RevokeSecurityGroupIngress",
            groups,
            RESOURCE_TAGGED,
        ),
        *calls("CreateNetworkInterface", interface, REQUEST_TAGGED),
        *calls("CreateNetworkInterface", [*subnets, *groups], RESOURCE_TAGGED),
        *calls("CreateTags", interface, {"ec2:CreateAction": ["CreateNetworkInterface"]}),
        *calls("DescribeSecurityGroups DescribeNetworkInterfaces DescribeTags DescribeInstances", ["*"]),
    ]
    assert len(groups) == 2
    assert refused(statements, iter(wanted)) == []
    elsewhere = {"ec2:Vpc": [f"{EC2}:vpc/vpc-9"]}
    assert refused(statements, calls("ModifyNetworkInterfaceAttribute", interface, elsewhere))


def test_a_login_includes_workspaces() -> None:
    """EMR management guide, "Configure EMR Studio user permissions", basic user policy without Git and Amazon EKS.

    Resource types: service authorization reference of Amazon EMR.
    """
    template = studio()
    statements = of_role(template, "analyst")
    emr = "arn:aws:elasticmapreduce:eu-west-1:111111111111"
    editor = "DescribeEditor StartEditor StopEditor DeleteEditor OpenEditorInConsole AttachEditor DetachEditor"
    cluster = (
        "CreateEditor StartEditor OpenEditorInConsole DescribeCluster ListInstanceGroups ListInstanceFleets "
        "ListBootstrapActions ListSteps CreatePersistentAppUI DescribePersistentAppUI GetPersistentAppUIPresignedURL "
        "GetOnClusterAppUIPresignedURL"
    )
    passed = {"iam:PassedToService": ["elasticmapreduce.amazonaws.com"]}
    (studio_arn,) = (arn for one in statements for arn in _listed(one["Resource"]) if ":studio/" in arn)
    wanted = [
        *calls(editor, [f"{emr}:editor/e-0"], service="elasticmapreduce"),
        *calls(cluster, [f"{emr}:cluster/j-0"], RESOURCE_TAGGED, service="elasticmapreduce"),
        *calls("ListEditors ListClusters ListStudios", ["*"], service="elasticmapreduce"),
        *calls("CreateStudioPresignedUrl DescribeStudio", [studio_arn], service="elasticmapreduce"),
        *calls("PassRole", ["arn:aws:iam::111111111111:role/acme-dev-studio-studio"], passed, service="iam"),
    ]
    assert refused(statements, iter(wanted)) == []
    denied = [
        *calls("RunJobFlow TerminateJobFlows", [f"{emr}:cluster/j-0"], RESOURCE_TAGGED, service="elasticmapreduce"),
        *calls("PassRole", ["arn:aws:iam::111111111111:role/acme-dev-emr-main-service"], passed, service="iam"),
    ]
    assert allowed(statements, denied) == []


def test_flow_logs_may_be_published() -> None:
    """VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs": the minimum."""
    statements = of_role(stack(lambda s: FlowLog(s, "Flow", vpc_id="vpc-0")), "flow-logs")
    group = "arn:aws:logs:eu-west-1:111111111111:log-group:/acme-dev/network/flow"
    wanted = [
        # CloudWatch Logs evaluates it on the group with the suffix of its streams.
        *calls("CreateLogGroup", [f"{group}:log-stream:"], service="logs"),
        *calls("DescribeLogGroups", ["arn:aws:logs:eu-west-1:111111111111:log-group:*"], service="logs"),
        *calls("CreateLogStream DescribeLogStreams", [f"{group}:*"], service="logs"),
        *calls("PutLogEvents", [f"{group}:log-stream:eni-0-all"], service="logs"),
    ]
    assert refused(statements, iter(wanted)) == []
    assert not is_allowed(statements, "logs:CreateLogGroup", f"{group}-other:log-stream:")


def test_the_key_of_glue_admits_the_log_groups_of_crawlers_and_jobs() -> None:
    """CloudWatch Logs encrypts with the ARN of the log group as context ("Encrypt log data in CloudWatch Logs").

    Names of the groups: Glue developer guide, "Step 3: Configure security settings" and "Encrypting data written by
    AWS Glue": `/aws-glue/crawlers-role/<role>-<security configuration>`.
    """

    def build(s: Any) -> None:
        GlueSecurityConfiguration(s, "Glue")
        GlueCrawler(s, "Partners", zone="landing", prefix="shop/", database="raw", description="Files")

    template = stack(build)
    (crawler,) = resources(template, "aws_glue_crawler").values()
    (role,) = (name for name in policies(template) if name.endswith("partners-crawler"))
    group = f"/aws-glue/crawlers-role/{role}-{crawler['security_configuration']}"
    (key,) = (json.loads(one["policy"]) for one in resources(template, "aws_kms_key").values())
    for name, admitted in (
        (group, True),
        ("/acme-dev/glue-acme-dev-glue-role/acme-dev-test-load-job/output", True),
        ("/aws-glue/crawlers-role/other-dev-crawler-other-dev-glue", False),
        ("/aws-glue/crawlers", False),
    ):
        arn = f"arn:aws:logs:eu-west-1:111111111111:log-group:{name}"
        context: dict[str, str | list[str]] = {"kms:EncryptionContext:aws:logs:arn": arn}
        request = ConcreteRequest.of(
            Caller(CallerKind.SERVICE, "logs.eu-west-1.amazonaws.com"), "kms:Encrypt", KEY, context
        )
        assert decide(request, PolicySet(resource=policy_of(key), resource_decides=True)).allowed is admitted, name
    log = f"arn:aws:logs:eu-west-1:111111111111:log-group:{group}:log-stream:x"
    statements = of_role(template, "partners-crawler")
    writes = "AssociateKmsKey CreateLogGroup CreateLogStream PutLogEvents"
    assert refused(statements, calls(writes, [log], service="logs")) == []


def test_glue_may_place_the_interfaces_of_a_connection(tmp_path: Path) -> None:
    """`AWSGlueServiceRole`, version 5 (AWS managed policy reference): interfaces are tagged by their key alone."""
    code = tmp_path / "job.py"
    code.write_text("print()\n")

    def build(s: Any) -> None:
        url = "jdbc:postgresql://shop.internal:5432/shop"
        shop = GlueConnection(s, "Shop", url=url, secret="sales/shop", description="Shop")
        SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime(connections=[shop]))

    template = stack(build)
    statements = of_role(template, "load-job")
    (connection,) = resources(template, "aws_glue_connection").values()
    subnet = f"{EC2}:subnet/{connection['physical_connection_requirements']['subnet_id']}"
    interface = [f"{EC2}:network-interface/eni-0"]
    tag = {"aws:TagKeys": ["aws-glue-service-resource"]}
    wanted = [
        *calls("CreateNetworkInterface", [*interface, subnet, f"{EC2}:security-group/sg-0"]),
        # In the call that creates the interface, or afterwards.
        *calls("CreateTags", interface, {**tag, "ec2:CreateAction": ["CreateNetworkInterface"]}),
        *calls("CreateTags", interface, {**tag, "ec2:Subnet": [subnet]}),
        *calls("DeleteTags", interface, {**tag, "aws:ResourceTag/aws-glue-service-resource": ["x"]}),
        # An interface whose tag is missing can be removed too; else it would take an address of the subnet for good.
        *calls("DeleteNetworkInterface", interface, {"ec2:Subnet": [subnet]}),
        *calls("DescribeVpcEndpoints DescribeRouteTables DescribeNetworkInterfaces DescribeSubnets", ["*"]),
    ]
    assert refused(statements, iter(wanted)) == []
    denied = [
        *calls("CreateTags", interface, {"aws:TagKeys": ["owner"], "ec2:Subnet": [subnet]}),
        *calls("CreateTags", interface, {**tag, "ec2:Subnet": [f"{EC2}:subnet/subnet-9"]}),
        *calls("CreateTags", [f"{EC2}:instance/i-0"], tag),
        *calls("DeleteNetworkInterface", interface, {"ec2:Subnet": [f"{EC2}:subnet/subnet-9"]}),
    ]
    assert allowed(statements, denied) == []


def test_firehose_may_find_the_brokers() -> None:
    """`kafka:GetBootstrapBrokers` has no resource type (service authorization reference of Amazon MSK)."""

    def build(s: Any) -> None:
        topic = KafkaCluster.from_name(s, "Kafka", "main").topic("orders")
        declared = GovernedTable("orders", [Column("id", "long")], "One row per order")
        table = IcebergTable(s, "Orders", database="curated", table=declared)
        FirehoseToIceberg(s, "Delivery", topic=topic, table=table)

    statements = of_role(stack(build, streaming={"enabled": True}), "delivery-firehose")
    brokers = [one for one in statements if "kafka:GetBootstrapBrokers" in _listed(one["Action"])]
    assert [one["Resource"] for one in brokers] == ["*"]
    assert [one["Action"] for one in brokers] == ["kafka:GetBootstrapBrokers"]


def test_statement_ids_are_valid() -> None:
    for template in (emr(), studio()):
        for statements in nonempty(policies(template).values()):
            sids = [one["Sid"] for one in statements]
            assert len(sids) == len(set(sids))
            assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in nonempty(sids))
