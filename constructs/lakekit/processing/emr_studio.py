"""EMR Studio: notebooks on the engines, in the private network, with IAM for who may log in."""

from __future__ import annotations

from typing import Any, Final

from lakekit.access import Grantee, ServiceRole, statement
from lakekit.bindings import Construct, aws
from lakekit.naming import slug
from lakekit.network import EngineGroup, Network, NetworkReference, Way
from lakekit.ordering import made_after
from lakekit.processing.emr_roles import EMR_TAG
from lakekit.stack import environment_of
from lakekit.storage import EncryptionKey
from lakekit.storage.artifacts import WORDS as ARTIFACT_WORDS
from lakekit.storage.key import use_of_key

# EMR management guide, "Define security groups for EMR Studio traffic": workspaces reach engines on this port.
_ENGINE_PORT: Final = 18888
_LOOK: Final = ("Instances", "NetworkInterfaces", "SecurityGroups", "Subnets", "Tags", "Vpcs")


class EmrStudio(Construct):
    """A studio with IAM authentication: workspaces in the artifact bucket, on a key of ours, no way to the internet.

    Args:
        scope: where it stands.
        id: PascalCase id; its word unless `name` is given.
        network: where workspaces stand; the environment's network by default.
        name: kebab-case word.

    Attributes:
        name: the studio's name, a literal.
        key: the EncryptionKey of workspaces.
        role: the ServiceRole of the studio.
        resource: the `aws_emr_studio`.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network | None = None, name: str | None = None) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        word = name or slug(id)
        self.name: Final = names.resource(word)
        network = network or NetworkReference.of(self)
        self.key: Final = EncryptionKey(
            self, "Key", words=(word,), description=f"Encrypts notebooks of {self.name}", direct=True
        )
        self._bucket = names.bucket(*ARTIFACT_WORDS)
        self._prefix = f"studio/{word}"
        workspaces = EngineGroup(self, "Workspaces", network=network, description=f"Notebooks of {self.name}")
        engines = EngineGroup(self, "Engines", network=network, description=f"Clusters that {self.name} attaches to")
        Way(
            self,
            "Notebooks",
            caller=workspaces.id_,
            called=engines.id_,
            description="Notebooks to engines",
            port=_ENGINE_PORT,
        )
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="elasticmapreduce",
            description=f"EMR Studio keeps workspaces of {self.name} and attaches them with it",
            name=names.role(word, "studio"),
        )
        self._may_work(network, [workspaces.id_, engines.id_])
        self.resource: Final[Any] = aws.emr_studio.EmrStudio(
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
            workspace_security_group_id=workspaces.id_,
            engine_security_group_id=engines.id_,
            tags={EMR_TAG: "true"},
        )
        made_after(self.resource, self.role)

    def grant_login(self, grantee: Grantee) -> None:
        """Let a role open the studio; what its notebooks may read is that of the engine they attach to."""
        arn = environment_of(self).names.arn("elasticmapreduce", f"studio/{self.resource.id}")
        actions = ["elasticmapreduce:CreateStudioPresignedUrl", "elasticmapreduce:DescribeStudio"]
        grantee.allow(statement("OpenStudio", actions, [arn]))

    def _may_work(self, network: Network, groups: list[str]) -> None:
        """EMR management guide, "Create an EMR Studio service role", with our names in the place of stars."""
        names, role = environment_of(self).names, self.role
        interface = names.arn("ec2", "network-interface/*")
        ours = {"StringEquals": {f"aws:ResourceTag/{EMR_TAG}": "true"}}
        tagged = {"StringEquals": {f"aws:RequestTag/{EMR_TAG}": "true"}}
        clusters = ["elasticmapreduce:DescribeCluster", "elasticmapreduce:ListInstances", "elasticmapreduce:ListSteps"]
        role.allow(statement("SeeClusters", clusters, [names.arn("elasticmapreduce", "cluster/j-*")], conditions=ours))
        role.allow(statement("Look", [f"ec2:Describe{what}" for what in _LOOK], ["*"]))
        place = [names.arn("ec2", f"subnet/{subnet}") for subnet in network.subnet_ids]
        place += [names.arn("ec2", f"security-group/{group}") for group in groups]
        role.allow(statement("PlaceInterfaces", ["ec2:CreateNetworkInterface"], place))
        role.allow(statement("MakeInterfaces", ["ec2:CreateNetworkInterface"], [interface], conditions=tagged))
        create = {"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}}
        role.allow(statement("TagInterfaces", ["ec2:CreateTags"], [interface], conditions=create))
        verbs = ["CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission"]
        verbs.append("ModifyNetworkInterfaceAttribute")
        role.allow(statement("KeepInterfaces", [f"ec2:{verb}" for verb in verbs], [interface], conditions=ours))
        bucket = names.bucket_arn(self._bucket)
        files = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        role.allow(statement("KeepWorkspaces", files, [f"{bucket}/{self._prefix}/*"]))
        inside = {"StringLike": {"s3:prefix": [self._prefix, f"{self._prefix}/*"]}}
        role.allow(statement("ListWorkspaces", ["s3:ListBucket"], [bucket], conditions=inside))
        role.allow(statement("FindBucket", ["s3:GetBucketLocation", "s3:GetEncryptionConfiguration"], [bucket]))
        use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
        role.allow(use_of_key(self, self.key.alias, use, sid="WorkspaceKey", via=None))
        role.allow(use_of_key(self, names.key_alias(*ARTIFACT_WORDS), use, sid="BucketKey"))
