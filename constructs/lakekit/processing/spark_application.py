"""A Spark application as a job sees it: made in its stack, or referred to by name."""

from __future__ import annotations

from typing import Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.naming import Names, slug
from lakekit.storage.encryption_key import key_arn

# The worker that pre-initialised capacity and our jobs are made of: 4 GB for each vCPU.
WORKER_VCPU: Final = 4
WORKER_GB: Final = 16


class SparkApplication(Protocol):
    """What a job needs of an application: made here, or referred to by name."""

    @property
    def name(self) -> str:
        """The application's name."""
        ...

    @property
    def short_name(self) -> str:
        """Its kebab-case name."""
        ...

    @property
    def application_id(self) -> str:
        """The id that AWS gave it."""
        ...

    @property
    def key_arn(self) -> str:
        """The key of its logs."""
        ...

    @property
    def max_vcpu(self) -> int | None:
        """What all its jobs together may use, where that is known."""
        ...


class SparkServerlessReference(Construct):
    """An application that another stack owns, found by its short name.

    Args:
        scope: where it stands.
        id: PascalCase id; the short name unless `name` is given.
        name: kebab-case name.

    Attributes:
        name, short_name, application_id, key_arn: what a job needs.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.short_name: Final = name or slug(id)
        self.name: Final = application_name(names, self.short_name)
        self.max_vcpu: Final[int | None] = None
        parameter = aws.data_aws_ssm_parameter.DataAwsSsmParameter(
            self, "Id", name=id_parameter_name(names, self.short_name)
        )
        self.application_id: Final[str] = parameter.insecure_value
        self.key_arn: Final = key_arn(self, names.key_alias("spark", self.short_name))


def application_name(names: Names, short_name: str) -> str:
    """The application's name: 64 characters at most (CreateApplication)."""
    return names.role("spark", short_name)


def log_group_name(names: Names, short_name: str) -> str:
    """The log group that jobs of an application write to."""
    return names.log_group("spark", short_name)


def id_parameter_name(names: Names, short_name: str) -> str:
    """The parameter that holds an application's id."""
    return f"/{names.prefix}/spark/{short_name}/application-id"
