"""KMS keys with rotation and an explicit policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of, stack_of
from lakekit.iam import Statement, document, statement
from lakekit.iam.policy import Conditions

# What AWS' console gives administrators of a key, without kms:CreateGrant, by which they could lend it to themselves.
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
"""Tag of a key that principals use themselves, for the gate to see (LK_KMS_5)."""


class EncryptionKey(Construct):
    """A customer-managed KMS key with yearly rotation, an alias, and a policy of its own.

    The account administers the key and reads nothing with it; use of it is granted in IAM on the alias
    (`kms:ResourceAliases`), so that policies are literal before the key exists, and works through AWS services of
    the environment's region alone. Principals of other accounts are added with `allow`.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: kebab-case name; the alias is `alias/<organization>-<environment>-<name>`.
        description: what it encrypts.
        force_destroy: the key may be destroyed while data under it exists; the tier decides by default.
        allow_direct_use: principals call KMS with it themselves (local disks of EMR, bookmarks of Glue), not only
            through services that store for them.

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
            # Without the account in its policy a key can become unmanageable (KMS developer guide).
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
        """The key's ARN, known once it exists."""
        return self.resource.arn

    def allow(self, added: Statement) -> None:
        """Add a statement to the key policy: for services and for principals of other accounts."""
        if added not in self._statements:
            self._statements.append(added)
            self.resource.policy = document(self._statements)


def _through_services(account: str, region: str) -> Conditions:
    """Only what a service does for a principal of the account: S3 that decrypts an object, Glue its catalog."""
    return {
        "StringEquals": {"kms:CallerAccount": account},
        "StringLike": {"kms:ViaService": f"*.{region}.amazonaws.com"},
    }


def key_arn(construct: Construct, alias: str) -> str:
    """The ARN of the key behind an alias that another stack owns, looked up once for each stack.

    For settings that S3 sends along with each object: a bucket's policy compares key ARNs, and an alias is none.
    """
    stack = stack_of(construct)
    id = "KeyOf" + "".join(part.capitalize() for part in alias.removeprefix("alias/").split("-"))
    found = stack.node.try_find_child(id) or aws.data_aws_kms_alias.DataAwsKmsAlias(stack, id, name=alias)
    return cast("aws.data_aws_kms_alias.DataAwsKmsAlias", found).target_key_arn


def key_usage_statement(
    construct: Construct, alias: str, actions: Sequence[str], *, sid: str, via: str | None = "s3"
) -> Statement:
    """An identity statement that allows the use of the key behind an alias.

    Args:
        construct: where the grant stands.
        alias: the alias, with `alias/`.
        actions: KMS actions.
        sid: the statement's name.
        via: the service through which alone the key may be used; None for any.
    """
    environment = environment_of(construct)
    conditions: dict[str, dict[str, str]] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    if via:
        conditions["StringEquals"] = {"kms:ViaService": f"{via}.{environment.region}.amazonaws.com"}
    return statement(sid, actions, [environment.names.arn("kms", "key/*")], conditions=conditions)
