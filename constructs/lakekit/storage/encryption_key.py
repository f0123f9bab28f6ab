"""KMS keys with rotation and an explicit policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of, stack_of
from lakekit.iam import Statement, document, statement
from lakekit.iam.policy import Conditions

# Administrator actions of the AWS console without kms:CreateGrant, which would let administrators use the key.
_ADMINISTER: Final = (
    *("kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:Describe*", "kms:Disable*", "kms:Enable*"),
    *("kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:RetireGrant", "kms:RevokeGrant", "kms:RotateKeyOnDemand"),
    *("kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias"),
    "kms:UpdateKeyDescription",
)
_USE: Final = (
    *("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
)
DIRECT_USE_TAG: Final = {"use": "direct"}
"""Tag of a key that principals use directly, read by the gate (LK_KMS_5)."""


class EncryptionKey(Construct):
    """A customer-managed KMS key with yearly rotation, an alias and a key policy.

    The account administers the key and cannot decrypt with it. IAM policies grant its use by alias
    (`kms:ResourceAliases`), so that they are literal before the key exists, and only through AWS services of the
    environment's region. Principals of other accounts are added with `allow`.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: kebab-case name; the alias is `alias/<organization>-<environment>-<name>`.
        description: the encrypted data.
        force_destroy: the key may be destroyed while encrypted data exists; set by the tier by default.
        allow_direct_use: principals may call KMS directly (local disks of EMR, bookmarks of Glue), not only through
            AWS services.

    Attributes:
        resource: the `aws_kms_key`.
        alias: the alias, a literal such as `alias/acme-dev-lake`.
        alias_resource: the `aws_kms_alias`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        description: str,
        force_destroy: bool | None = None,
        allow_direct_use: bool = False,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self.alias: Final = names.key_alias(name)
        self._statements = [
            # A key whose policy does not contain the account can become unmanageable (KMS developer guide).
            statement("Administer", _ADMINISTER, ["*"], principals={"AWS": names.root_arn()}),
            statement(
                "Use",
                _USE,
                ["*"],
                principals={"AWS": names.root_arn()},
                conditions=None if allow_direct_use else _through_services(environment.account_id, environment.region),
            ),
        ]
        self.resource: Final = aws.kms_key.KmsKey(
            self,
            "Key",
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=environment.defaults.key_deletion_days,
            policy=document(self._statements),
            tags={
                **(force_destroy_tags(resolve_force_destroy(self, force_destroy)) or {}),
                **(DIRECT_USE_TAG if allow_direct_use else {}),
            }
            or None,
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=environment.defaults.prevent_destroy or None),
        )
        self.alias_resource: Final = aws.kms_alias.KmsAlias(
            self, "Alias", name=self.alias, target_key_id=self.resource.key_id
        )

    @property
    def arn(self) -> str:
        """ARN of the key, known after apply."""
        return self.resource.arn

    def allow(self, added: Statement) -> None:
        """Add a statement to the key policy, for services and for principals of other accounts."""
        if added not in self._statements:
            self._statements.append(added)
            self.resource.policy = document(self._statements)


def _through_services(account: str, region: str) -> Conditions:
    """Return the conditions for use through a service on behalf of a principal of the account."""
    return {
        "StringEquals": {"kms:CallerAccount": account},
        "StringLike": {"kms:ViaService": f"*.{region}.amazonaws.com"},
    }


def key_arn(construct: Construct, alias: str) -> str:
    """Return the ARN of the key of an alias that another stack creates; one data source for each stack.

    Required by settings that S3 sends with each object: bucket policies compare key ARNs, not aliases.
    """
    stack = stack_of(construct)
    id = "KeyOf" + "".join(part.capitalize() for part in alias.removeprefix("alias/").split("-"))
    found = stack.node.try_find_child(id) or aws.data_aws_kms_alias.DataAwsKmsAlias(stack, id, name=alias)
    return cast("aws.data_aws_kms_alias.DataAwsKmsAlias", found).target_key_arn


def key_usage_statement(
    construct: Construct, alias: str, actions: Sequence[str], *, sid: str, via: str | None = "s3"
) -> Statement:
    """Return an identity statement that allows the use of the key of an alias.

    Args:
        construct: a construct of the stack.
        alias: the alias, with `alias/`.
        actions: KMS actions.
        sid: PascalCase id of the statement.
        via: the only service through which the key may be used; None for any.
    """
    environment = environment_of(construct)
    conditions: dict[str, dict[str, str]] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    if via:
        conditions["StringEquals"] = {"kms:ViaService": f"{via}.{environment.region}.amazonaws.com"}
    return statement(sid, actions, [environment.names.arn("kms", "key/*")], conditions=conditions)
