"""A reference to the log bucket of the environment."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of


class LogBucketReference(Construct):
    """The log bucket of the environment, which another stack creates; `LogBucket.from_environment` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: kebab-case name of the bucket.

    Attributes:
        name: physical name of the bucket, a literal.
        arn: its ARN, a literal.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.name: Final = names.bucket(name)
        self.arn: Final = names.bucket_arn(self.name)
