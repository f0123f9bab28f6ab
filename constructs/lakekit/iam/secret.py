"""Secrets of Secrets Manager, which Terraform does not create."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam.grantee import Grantee, resolve_grantee
from lakekit.iam.policy import statement

# Secrets Manager API reference, CreateSecret: characters of names; Secrets Manager appends six characters to ARNs.
_ARN: Final = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+\Z")
_NAME: Final = re.compile(r"[\w/+=.@-]{1,512}\Z", re.ASCII)


class Secret(Construct):
    """Secret that exists in Secrets Manager; `Secret.from_name` and `Secret.from_arn` return one.

    Terraform never reads the value, so that it cannot appear in a state.

    Args:
        scope: parent construct.
        id: PascalCase id.
        arn: ARN of the secret; `-??????` at its end matches the six characters that Secrets Manager appends.

    Attributes:
        arn: ARN, a literal.
    """

    def __init__(self, scope: Construct, id: str, *, arn: str) -> None:
        super().__init__(scope, id)
        self.arn: Final = arn

    @classmethod
    def from_arn(cls, scope: Construct, id: str, arn: str) -> Secret:
        """Return the secret with an ARN.

        Args:
            scope: parent construct.
            id: PascalCase id.
            arn: full ARN of the secret.

        Raises:
            ConstructError: not the ARN of one secret.
        """
        if not _ARN.match(arn):
            raise ConstructError(scope, f"{arn!r} is not the ARN of a secret", fix="pass the full ARN of the secret")
        return cls(scope, id, arn=arn)

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> Secret:
        """Return the secret with a name, in the account and region of the environment.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: name of the secret in Secrets Manager, such as `sales/shop-reader`.

        Raises:
            ConstructError: not a name that Secrets Manager allows.
        """
        if not _NAME.match(name):
            raise ConstructError(
                scope, f"{name!r} is not the name of a secret", fix="use letters, digits and /_+=.@-, at most 512"
            )
        return cls(scope, id, arn=environment_of(scope).names.secret_arn(name))

    def grant_read(self, grantee: Grantee) -> None:
        """Grant a role to read the value of the secret.

        A secret that is encrypted with a customer managed key also requires `kms:Decrypt` on that key.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        read = statement("ReadSecret", ["secretsmanager:GetSecretValue"], [self.arn])
        resolve_grantee(self, grantee).allow(read)
