"""EMR Serverless applications as jobs see them: of this stack, or references to another stack."""

from __future__ import annotations

from typing import Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.naming import Names
from lakekit.storage.encryption_key import key_arn

# Worker size of pre-initialized capacity and of jobs: 4 GB per vCPU.
WORKER_VCPU: Final = 4
WORKER_GB: Final = 16


class SparkApplication(Protocol):
    """Application on which a SparkJob runs: a SparkServerless or a SparkServerlessReference."""

    @property
    def name(self) -> str:
        """Physical name."""
        ...

    @property
    def short_name(self) -> str:
        """Short name."""
        ...

    @property
    def application_id(self) -> str:
        """Id of the application, known after apply."""
        ...

    @property
    def key_arn(self) -> str:
        """ARN of the key of its logs."""
        ...

    @property
    def max_vcpu(self) -> int | None:
        """Maximum vCPUs of all jobs together, None if unknown."""
        ...


class SparkServerlessReference(Construct):
    """Application of another stack; `SparkServerless.from_name` returns one.

    The id is looked up from the parameter that the application's stack writes.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the application: `processing.spark.name` of the environment file.

    Attributes:
        name: physical name, a literal.
        short_name: short name.
        application_id: id, looked up at plan time.
        key_arn: ARN of the key of its logs.
        max_vcpu: maximum vCPUs of all jobs together: `processing.spark.max_vcpu` of the environment file.

    Raises:
        ConstructError: the environment has no application of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names, processing = environment.names, environment.processing
        known = [processing.spark.name] if processing.enabled and processing.spark.enabled else []
        if name not in known:
            raise ConstructError(
                self,
                f"{environment.name} has no Spark application {name!r}; known: "
                f"{', '.join(known) or 'none, processing.spark is disabled'}",
                fix=f"use a known name, or set processing.spark.name in {environment.name}.yaml",
            )
        self.short_name: Final = name
        self.name: Final = application_name(names, name)
        self.max_vcpu: Final[int | None] = processing.spark.max_vcpu
        parameter = aws.data_aws_ssm_parameter.DataAwsSsmParameter(
            self, "Id", name=id_parameter_name(names, self.short_name)
        )
        self.application_id: Final = str(parameter.insecure_value)
        self.key_arn: Final = key_arn(self, names.key_alias("spark", self.short_name))


def application_name(names: Names, short_name: str) -> str:
    """Return the physical name of an application, at most 64 characters (CreateApplication)."""
    return names.role("spark", short_name)


def log_group_name(names: Names, short_name: str) -> str:
    """Return the log group of the jobs of an application."""
    return names.log_group("spark", short_name)


def id_parameter_name(names: Names, short_name: str) -> str:
    """Return the SSM parameter with an application's id."""
    return f"/{names.prefix}/spark/{short_name}/application-id"
