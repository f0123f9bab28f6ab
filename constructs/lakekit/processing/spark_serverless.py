"""EMR Serverless applications for Spark, with capacity limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import InitialCapacity
from lakekit.environment.processing import RELEASE
from lakekit.errors import ConstructError
from lakekit.monitoring import LogGroup
from lakekit.naming import slug
from lakekit.network import EngineSecurityGroup, Network, environment_network
from lakekit.processing.spark_application import (
    WORKER_GB,
    WORKER_VCPU,
    SparkServerlessReference,
    application_name,
    id_parameter_name,
)
from lakekit.processing.spark_iceberg import check_release
from lakekit.processing.spark_monitoring import monitor_spark
from lakekit.storage import EncryptionKey

# Minimum disk of a worker (EMR Serverless worker configurations).
_DISK_GB: Final = 20


@dataclass(frozen=True, slots=True)
class JobQueue:
    """Queue limits of an application.

    Args:
        max_concurrent_runs: maximum number of concurrent runs, 1 to 1000.
        timeout_minutes: minutes that a run may wait before it fails, 15 to 720; 360 by default.
    """

    max_concurrent_runs: int
    timeout_minutes: int = 360


class SparkServerless(Construct):
    """EMR Serverless application for Spark: ARM, private subnets, maximum capacity, stopped when idle.

    It costs nothing until a job starts it. Jobs get Iceberg with the Glue catalog, and logs in CloudWatch and in the
    log bucket, both encrypted with a customer managed key.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        max_vcpu: maximum vCPUs of all jobs together, which limits the cost: 0.053 USD an hour per vCPU and 0.0058 per
            GB (eu-west-1, x86; ARM is cheaper).
        max_memory_gb: maximum memory in GB; by default 4 GB per vCPU and 10 % more for Spark's overhead.
        max_disk_gb: maximum disk in GB; by default twice 20 GB per worker.
        idle_timeout_minutes: minutes without a job until it stops, 1 to 10,080; 5 by default.
        initial_capacity: pre-initialized workers while it is started; none by default.
        release: EMR release label; `emr-7.10.0` by default.
        network: network of the workers; the environment's by default.
        interactive: whether notebooks of an EMR Studio may use it; False by default.
        queue: limits on concurrent runs, for an AWS provider of 6.25 or later; none by default.
        architecture: `ARM64` (default), or `X86_64` for native libraries without an ARM build.
        name: short name in kebab case.

    Attributes:
        name: physical name, a literal.
        short_name: short name.
        resource: the `aws_emrserverless_application`.
        key: EncryptionKey of the logs.
        log_group: LogGroup of the jobs.
        group: EngineSecurityGroup of the workers, None without a network.
        failure_alarm: Alarm on failed jobs.
        capacity_alarm: Alarm on capacity at its maximum for half an hour.
        id_parameter: the `aws_ssm_parameter` that `SparkServerless.from_name` reads in other stacks.

    Raises:
        ConstructError: no maximum, or one below the initial capacity; a malformed release; no network in a tier above
            dev.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        max_vcpu: int,
        max_memory_gb: int | None = None,
        max_disk_gb: int | None = None,
        idle_timeout_minutes: int = 5,
        initial_capacity: InitialCapacity | None = None,
        release: str = RELEASE,
        network: Network | None = None,
        interactive: bool = False,
        queue: JobQueue | None = None,
        architecture: Literal["ARM64", "X86_64"] = "ARM64",
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        self.short_name: Final = name or slug(id)
        self.name: Final = application_name(names, self.short_name)
        self.release: Final = check_release(self, release)
        self._check_capacity(max_vcpu, idle_timeout_minutes, initial_capacity)
        self.max_vcpu: Final = max_vcpu
        self.key: Final = EncryptionKey(
            self, "Key", name=f"spark-{self.short_name}", description=f"Encrypts Spark logs of {self.name}"
        )
        self.log_group: Final = LogGroup(self, "Logs", path=f"spark/{self.short_name}", key=self.key)
        network = network or environment_network(self)
        self.group: Final = (
            EngineSecurityGroup(self, "Workers", network=network, description=f"Spark workers of {self.name}")
            if network
            else None
        )
        memory = max_memory_gb or max_vcpu * WORKER_GB // WORKER_VCPU * 11 // 10
        disk = max_disk_gb or -(-max_vcpu // WORKER_VCPU) * _DISK_GB * 2
        module = aws.emrserverless_application
        prefix = "EmrserverlessApplication"
        self.resource: Final = module.EmrserverlessApplication(
            self,
            "Application",
            name=self.name,
            # In lower case, as the API returns it.
            type="spark",
            release_label=release,
            architecture=architecture,
            maximum_capacity=getattr(module, f"{prefix}MaximumCapacity")(
                cpu=f"{max_vcpu} vCPU", memory=f"{memory} GB", disk=f"{disk} GB"
            ),
            auto_start_configuration=getattr(module, f"{prefix}AutoStartConfiguration")(enabled=True),
            auto_stop_configuration=getattr(module, f"{prefix}AutoStopConfiguration")(
                enabled=True, idle_timeout_minutes=idle_timeout_minutes
            ),
            initial_capacity=_initial(module, initial_capacity) if initial_capacity else None,
            interactive_configuration=getattr(module, f"{prefix}InteractiveConfiguration")(
                studio_enabled=interactive, livy_endpoint_enabled=False
            ),
            network_configuration=getattr(module, f"{prefix}NetworkConfiguration")(
                subnet_ids=list(network.subnet_ids), security_group_ids=[self.group.security_group_id]
            )
            if network and self.group
            else None,
            scheduler_configuration=self._queue(module, queue) if queue else None,
        )
        self.id_parameter: Final = aws.ssm_parameter.SsmParameter(
            self,
            "Id",
            name=id_parameter_name(names, self.short_name),
            description="Id of the Spark application, by which other stacks find it",
            type="String",
            insecure_value=self.resource.id,
        )
        self.failure_alarm, self.capacity_alarm = monitor_spark(
            self,
            name=self.name,
            short_name=self.short_name,
            application_id=self.application_id,
            release=release,
            max_vcpu=max_vcpu,
            log_group=self.log_group.name,
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> SparkServerlessReference:
        """Return a reference to an application of another stack.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the application: `processing.spark.name` of the environment file.

        Raises:
            ConstructError: the environment has no application of that name.
        """
        return SparkServerlessReference(scope, id, name)

    @property
    def application_id(self) -> str:
        """Id of the application, known after apply."""
        return str(self.resource.id)

    @property
    def key_arn(self) -> str:
        """ARN of the key of its logs."""
        return self.key.arn

    def _check_capacity(
        self, max_vcpu: int, idle_timeout_minutes: int, initial_capacity: InitialCapacity | None
    ) -> None:
        if not isinstance(max_vcpu, int) or isinstance(max_vcpu, bool) or max_vcpu < WORKER_VCPU:
            raise ConstructError(
                self,
                f"max_vcpu {max_vcpu!r} is not a maximum: without one a job may use the whole quota of the account",
                fix=f"pass the number of vCPUs, {WORKER_VCPU} or more",
            )
        if not 1 <= idle_timeout_minutes <= 10_080:
            raise ConstructError(
                self, f"idle_timeout_minutes {idle_timeout_minutes} is not between 1 and 10080 (EMR Serverless)"
            )
        ready = (initial_capacity.drivers + initial_capacity.executors) * WORKER_VCPU if initial_capacity else 0
        if ready > max_vcpu:
            raise ConstructError(
                self,
                f"initial_capacity needs {ready} vCPU, above max_vcpu {max_vcpu}",
                fix="lower initial_capacity, or raise max_vcpu",
            )

    def _queue(self, module: Any, queue: JobQueue) -> Any:
        provider = environment_of(self).provider
        if not provider.supports("emr_serverless_scheduler"):
            raise ConstructError(
                self,
                f"queue needs an AWS provider of 6.25 or later; the environment allows {provider.version!r}",
                fix='set provider.version to ">= 6.25.0, < 7.0.0", or remove queue: max_vcpu limits jobs as well',
            )
        if not (1 <= queue.max_concurrent_runs <= 1000 and 15 <= queue.timeout_minutes <= 720):
            raise ConstructError(self, f"{queue}: allowed are 1 to 1000 runs and 15 to 720 minutes (EMR Serverless)")
        return module.EmrserverlessApplicationSchedulerConfiguration(
            max_concurrent_runs=queue.max_concurrent_runs, queue_timeout_minutes=queue.timeout_minutes
        )


def _initial(module: Any, initial_capacity: InitialCapacity) -> list[Any]:
    prefix = "EmrserverlessApplicationInitialCapacity"
    worker = getattr(module, f"{prefix}InitialCapacityConfigWorkerConfiguration")(
        cpu=f"{WORKER_VCPU} vCPU", memory=f"{WORKER_GB} GB", disk=f"{_DISK_GB} GB"
    )
    return [
        getattr(module, prefix)(
            initial_capacity_type=kind,
            initial_capacity_config=getattr(module, f"{prefix}InitialCapacityConfig")(
                worker_count=count, worker_configuration=worker
            ),
        )
        for kind, count in (("Driver", initial_capacity.drivers), ("Executor", initial_capacity.executors))
    ]
