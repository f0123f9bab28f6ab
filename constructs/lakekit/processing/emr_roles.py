"""Service role and instance profile of an EMR cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import ServiceRole, statement
from lakekit.iam.permissions_boundary import EMR_TAG
from lakekit.naming import Names
from lakekit.storage import EncryptionKey

_DESCRIBE_ACTIONS: Final = (
    *("AccountAttributes", "CapacityReservations", "DhcpOptions", "Images", "Instances", "InstanceTypeOfferings"),
    *("LaunchTemplates", "NetworkAcls", "NetworkInterfaces", "PlacementGroups", "RouteTables", "SecurityGroups"),
    *("Subnets", "Volumes", "VolumeStatus", "VpcEndpoints", "Vpcs"),
)


def node_role_name(names: Names, short_name: str) -> str:
    """Return the physical name of the role of a cluster's nodes."""
    return names.role("emr", short_name, "nodes")


class EmrRoles(Construct):
    """Service role and instance profile of a cluster, without AWS managed policies.

    AmazonElasticMapReduceRole may start any instance in any subnet with any role. This service role may use the given
    subnets, groups and instance profile, and change only resources with EMR's tag.

    Args:
        scope: the cluster.
        id: PascalCase id.
        name: short name of the cluster.
        vpc: id of the VPC.
        subnets: ids of the subnets.
        groups: ids of the security groups.
        key: the key of the volumes, of the same stack.

    Attributes:
        service: ServiceRole of EMR.
        nodes: ServiceRole of the instances; grants to the cluster are added to it.
        profile: the `aws_iam_instance_profile`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        vpc: str,
        subnets: Sequence[str],
        groups: Sequence[str],
        key: EncryptionKey,
    ) -> None:
        super().__init__(scope, id)
        self.service: Final = ServiceRole(
            self,
            "Service",
            service="elasticmapreduce",
            description=f"EMR runs the cluster {name} with it",
            name=f"emr-{name}-service",
        )
        self.nodes: Final = ServiceRole(
            self,
            "Nodes",
            service="ec2",
            description=f"Instances of the cluster {name} run as it",
            name=f"emr-{name}-nodes",
            # EC2 sends no source account; only instances of this account can use the profile.
            source_account=False,
        )
        self.profile: Final = aws.iam_instance_profile.IamInstanceProfile(
            self, "Profile", name=self.nodes.name, role=self.nodes.resource.name
        )
        self._run_instances(vpc, subnets, groups)
        self._use_key(key.arn)

    def _run_instances(self, vpc: str, subnets: Sequence[str], groups: Sequence[str]) -> None:
        names = environment_of(self).names
        service = self.service
        request_tagged = {"StringEquals": {f"aws:RequestTag/{EMR_TAG}": "true"}}
        resource_tagged = {"StringEquals": {f"aws:ResourceTag/{EMR_TAG}": "true"}}
        instances = [names.arn("ec2", f"{kind}/*") for kind in ("instance", "volume")]
        interface, fleet = names.arn("ec2", "network-interface/*"), names.arn("ec2", "fleet/*")
        template = names.arn("ec2", "launch-template/*")
        image = f"arn:{names.partition}:ec2:{names.region}::image/ami-*"
        existing = [
            *(names.arn("ec2", f"subnet/{subnet}") for subnet in subnets),
            *(names.arn("ec2", f"security-group/{group}") for group in groups),
        ]
        start = ["ec2:CreateFleet", "ec2:RunInstances"]
        service.allow(statement("Look", [f"ec2:Describe{kind}" for kind in _DESCRIBE_ACTIONS], ["*"]))
        service.allow(statement("LookAtVpc", ["ec2:DescribeVpcAttribute"], [names.arn("ec2", f"vpc/{vpc}")]))
        service.allow(statement("StartInPlace", [*start, "ec2:CreateNetworkInterface"], [*existing, image]))
        service.allow(statement("StartFromTemplate", start, [template], conditions=resource_tagged))
        service.allow(statement("StartTagged", start, instances, conditions=request_tagged))
        # EMR tags neither the fleet nor the interface that an instance starts with (AmazonEMRServicePolicy_v2).
        service.allow(statement("StartUntagged", start, [fleet, interface]))
        service.allow(
            statement("MakeInterfaces", ["ec2:CreateNetworkInterface"], [interface], conditions=request_tagged)
        )
        service.allow(statement("MakeTemplate", ["ec2:CreateLaunchTemplate"], [template], conditions=request_tagged))
        own = [*instances, interface, fleet, template]
        made_by = ["CreateFleet", "CreateLaunchTemplate", "CreateNetworkInterface", "RunInstances"]
        create = {"StringEquals": {"ec2:CreateAction": made_by}}
        service.allow(statement("TagWhatIsMade", ["ec2:CreateTags"], own, conditions=create))
        # EMR passes changed tags of the cluster on to its resources.
        retag = ["ec2:CreateTags", "ec2:DeleteTags"]
        service.allow(statement("ChangeOwnTags", retag, own, conditions=resource_tagged))
        change = ["CreateLaunchTemplateVersion", "DeleteLaunchTemplate", "DeleteNetworkInterface"]
        change += ["ModifyInstanceAttribute", "TerminateInstances"]
        service.allow(statement("ChangeOwn", [f"ec2:{verb}" for verb in change], own, conditions=resource_tagged))
        rules = ["Authorize", "Revoke"]
        verbs = [f"ec2:{verb}SecurityGroup{direction}" for verb in rules for direction in ("Egress", "Ingress")]
        service.allow(statement("RulesOfItsGroups", verbs, existing[len(subnets) :]))
        to = {"StringLike": {"iam:PassedToService": "ec2.amazonaws.com*"}}
        service.allow(statement("PassNodeRole", ["iam:PassRole"], [self.nodes.arn], conditions=to))
        alarms = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]
        service.allow(statement("ScalingAlarms", alarms, [names.arn("cloudwatch", "alarm:*_EMR_Auto_Scaling")]))

    def _use_key(self, key: str) -> None:
        """Grant the use of the key by its ARN.

        The cluster starts in the same apply that creates the key, and a condition on its alias may take five minutes to
        hold (KMS developer guide, "Using aliases to control access to KMS keys").
        """
        disk = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"]
        disk += ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"]
        for role in (self.service, self.nodes):
            role.allow(statement("Disks", disk, [key]))
        for_service = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        self.service.allow(statement("DisksOfInstances", ["kms:CreateGrant"], [key], conditions=for_service))
