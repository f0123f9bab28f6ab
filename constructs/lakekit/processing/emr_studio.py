"""EMR Studio: notebooks in the private network, with IAM authentication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.iam import Grantee, ServiceRole, resolve_grantee, statement
from lakekit.iam.permissions_boundary import EMR_TAG
from lakekit.iam.policy import Conditions
from lakekit.naming import slug
from lakekit.network import EngineSecurityGroup, Network, SecurityGroupRule, VpcReference
from lakekit.storage import EncryptionKey
from lakekit.storage.artifacts import NAME as ARTIFACT_NAME
from lakekit.storage.encryption_key import key_usage_statement

# EMR management guide, "Define security groups for EMR Studio traffic": workspaces reach engines on this port.
_ENGINE_PORT: Final = 18888
_EDITOR_ACTIONS: Final = (
    *("AttachEditor", "DeleteEditor", "DescribeEditor", "DetachEditor", "OpenEditorInConsole", "StartEditor"),
    "StopEditor",
)
_CLUSTER_ACTIONS: Final = (
    *("CreateEditor", "CreatePersistentAppUI", "DescribeCluster", "DescribePersistentAppUI"),
    *("GetOnClusterAppUIPresignedURL", "GetPersistentAppUIPresignedURL", "ListBootstrapActions"),
    *("ListInstanceFleets", "ListInstanceGroups", "ListSteps", "OpenEditorInConsole", "StartEditor"),
)
_DESCRIBE_ACTIONS: Final = ("Instances", "NetworkInterfaces", "SecurityGroups", "Subnets", "Tags", "Vpcs")


class EmrStudio(Construct):
    """EMR Studio with IAM authentication, workspaces in the artifact bucket under a customer managed key, no internet.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        network: network of the workspaces; the environment's by default.
        name: short name in kebab case.

    Attributes:
        name: physical name, a literal.
        key: EncryptionKey of workspaces.
        role: ServiceRole of the studio, also the grantee of grants to it.
        resource: the `aws_emr_studio`.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network | None = None, name: str | None = None) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        short_name = name or slug(id)
        self.name: Final = names.resource(short_name)
        network = network or VpcReference.of_stack(self)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=short_name,
            description=f"Encrypts notebooks of {self.name}",
            allow_direct_use=True,
        )
        self._bucket = names.bucket(ARTIFACT_NAME)
        self._prefix = f"studio/{short_name}"
        workspaces = EngineSecurityGroup(self, "Workspaces", network=network, description=f"Notebooks of {self.name}")
        engines = EngineSecurityGroup(
            self, "Engines", network=network, description=f"Clusters that {self.name} attaches to"
        )
        SecurityGroupRule(
            self,
            "Notebooks",
            source=workspaces.security_group_id,
            destination=engines.security_group_id,
            description="Notebooks to engines",
            port=_ENGINE_PORT,
        )
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="elasticmapreduce",
            description=f"EMR Studio keeps workspaces of {self.name} and attaches them with it",
            name=f"{short_name}-studio",
        )
        self._grant_studio_permissions(network, [workspaces.security_group_id, engines.security_group_id])
        self.resource: Final = aws.emr_studio.EmrStudio(
            self,
            "Studio",
            name=self.name,
            description=f"Notebooks of {names.prefix}",
            auth_mode="IAM",
            vpc_id=network.vpc_id,
            subnet_ids=list(network.subnet_ids),
            default_s3_location=f"s3://{self._bucket}/{self._prefix}",
            encryption_key_arn=self.key.arn,
            service_role=self.role.resource.arn,
            workspace_security_group_id=workspaces.security_group_id,
            engine_security_group_id=engines.security_group_id,
            tags={EMR_TAG: "true"},
        )
        add_dependency(self.resource, self.role)

    def grant_login(self, grantee: Grantee) -> None:
        """Grant a role to log in to the studio and to work in workspaces on existing clusters.

        Notebooks use the permissions of the engine that they attach to. The actions are those of the basic user policy
        (EMR management guide, "Configure EMR Studio user permissions") without Git repositories and Amazon EKS, on
        clusters with EMR's tag.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        role, names = resolve_grantee(self, grantee), environment_of(self).names

        def allow(sid: str, actions: Sequence[str], resource: str, conditions: Conditions | None = None) -> None:
            verbs = [f"elasticmapreduce:{action}" for action in actions]
            role.allow(statement(sid, verbs, [resource], conditions=conditions))

        allow(
            "OpenStudio",
            ["CreateStudioPresignedUrl", "DescribeStudio"],
            names.arn("elasticmapreduce", f"studio/{self.resource.id}"),
        )
        allow("EditWorkspaces", _EDITOR_ACTIONS, names.arn("elasticmapreduce", "editor/*"))
        tagged = {"StringEquals": {f"aws:ResourceTag/{EMR_TAG}": "true"}}
        allow("AttachToClusters", _CLUSTER_ACTIONS, names.arn("elasticmapreduce", "cluster/j-*"), tagged)
        # They have no resource type (service authorization reference of Amazon EMR).
        allow("ListStudioResources", ["ListClusters", "ListEditors", "ListStudios"], "*")
        to = {"StringEquals": {"iam:PassedToService": "elasticmapreduce.amazonaws.com"}}
        role.allow(statement("PassStudioRole", ["iam:PassRole"], [self.role.arn], conditions=to))

    def _grant_studio_permissions(self, network: Network, groups: list[str]) -> None:
        """Grant the service role its permissions, on named resources (EMR, "Create an EMR Studio service role")."""
        names, role = environment_of(self).names, self.role
        interface = names.arn("ec2", "network-interface/*")
        resource_tagged = {"StringEquals": {f"aws:ResourceTag/{EMR_TAG}": "true"}}
        request_tagged = {"StringEquals": {f"aws:RequestTag/{EMR_TAG}": "true"}}
        clusters = ["elasticmapreduce:DescribeCluster", "elasticmapreduce:ListInstances", "elasticmapreduce:ListSteps"]
        arn = names.arn("elasticmapreduce", "cluster/j-*")
        role.allow(statement("SeeClusters", clusters, [arn], conditions=resource_tagged))
        role.allow(statement("Look", [f"ec2:Describe{kind}" for kind in _DESCRIBE_ACTIONS], ["*"]))
        placement = [names.arn("ec2", f"subnet/{subnet}") for subnet in network.subnet_ids]
        placement += [names.arn("ec2", f"security-group/{group}") for group in groups]
        role.allow(statement("PlaceInterfaces", ["ec2:CreateNetworkInterface"], placement))
        role.allow(statement("MakeInterfaces", ["ec2:CreateNetworkInterface"], [interface], conditions=request_tagged))
        create = {"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}}
        role.allow(statement("TagInterfaces", ["ec2:CreateTags"], [interface], conditions=create))
        verbs = ["CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission"]
        role.allow(
            statement("KeepInterfaces", [f"ec2:{verb}" for verb in verbs], [interface], conditions=resource_tagged)
        )
        # The studio adds the engines' group to an interface of a cluster, whose other groups the call names too: no
        # condition on tags holds for all of them (the guide has none). Interfaces and groups are those of the VPC.
        attach = ["ec2:ModifyNetworkInterfaceAttribute"]
        attached = [interface, names.arn("ec2", "security-group/*")]
        in_vpc = {"ArnEquals": {"ec2:Vpc": names.arn("ec2", f"vpc/{network.vpc_id}")}}
        role.allow(statement("AttachGroups", attach, attached, conditions=in_vpc))
        role.allow(statement("AttachGroupsOfInstances", attach, [names.arn("ec2", "instance/*")]))
        rules = [f"ec2:{do}SecurityGroup{way}" for do in ("Authorize", "Revoke") for way in ("Egress", "Ingress")]
        role.allow(statement("RulesOfItsGroups", rules, placement[len(network.subnet_ids) :]))
        bucket = names.bucket_arn(self._bucket)
        files = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        role.allow(statement("KeepWorkspaces", files, [f"{bucket}/{self._prefix}/*"]))
        inside = {"StringLike": {"s3:prefix": [self._prefix, f"{self._prefix}/*"]}}
        role.allow(statement("ListWorkspaces", ["s3:ListBucket"], [bucket], conditions=inside))
        role.allow(statement("FindBucket", ["s3:GetBucketLocation", "s3:GetEncryptionConfiguration"], [bucket]))
        use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
        role.allow(statement("WorkspaceKey", use, [self.key.arn]))
        role.allow(key_usage_statement(self, names.key_alias(ARTIFACT_NAME), use, sid="BucketKey"))
