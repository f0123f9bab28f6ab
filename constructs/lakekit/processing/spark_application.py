"""A Spark application as a job sees it: made in its stack, or referred to by name."""

from __future__ import annotations

from typing import Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.naming import Names, slug
from lakekit.stack import environment_of
from lakekit.storage.key import key_arn

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
    def word(self) -> str:
        """Its kebab-case word."""
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
    """An application that another stack owns, found by its word.

    Args:
        scope: where it stands.
        id: PascalCase id; the word unless `name` is given.
        name: kebab-case word.

    Attributes:
        name, word, application_id, key_arn: what a job needs.
    """

    def __init__(self, scope: Construct, id: str, *, name: str | None = None) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.word: Final = name or slug(id)
        self.name: Final = application_name(names, self.word)
        self.max_vcpu: Final[int | None] = None
        parameter = aws.data_aws_ssm_parameter.DataAwsSsmParameter(self, "Id", name=id_parameter_name(names, self.word))
        self.application_id: Final[str] = parameter.insecure_value
        self.key_arn: Final = key_arn(self, names.key_alias("spark", self.word))


def application_name(names: Names, word: str) -> str:
    """The application's name: 64 characters at most (CreateApplication)."""
    return names.role("spark", word)


def log_group_name(names: Names, word: str) -> str:
    """The log group that jobs of an application write to."""
    return names.log_group("spark", word)


def id_parameter_name(names: Names, word: str) -> str:
    """The parameter that holds an application's id."""
    return f"/{names.prefix}/spark/{word}/application-id"
