"""Spark without servers: an EMR Serverless application that cannot run away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import InitialCapacity
from lakekit.environment.processing import RELEASE
from lakekit.errors import ConstructError
from lakekit.monitoring import Alarm, LogGroup, Metric, MetricSum, add_widget
from lakekit.naming import slug
from lakekit.network import EngineSecurityGroup, Network, environment_network
from lakekit.processing.spark_application import (
    WORKER_GB,
    WORKER_VCPU,
    application_name,
    id_parameter_name,
    log_group_name,
)
from lakekit.processing.spark_iceberg import check_release, release_number
from lakekit.storage import EncryptionKey

# The least that a worker has (EMR Serverless worker configurations).
_DISK_GB: Final = 20
# The first AWS provider whose scheduler_configuration we have proven; 5.100 has none.
_QUEUE_PROVIDER: Final = (6, 25)
# The first release whose metrics carry the application's name, and whose others are silent.
_NAMED_METRICS: Final = (7, 10)


@dataclass(frozen=True, slots=True)
class JobQueue:
    """How many runs go side by side, and how long the others wait.

    Args:
        max_concurrent_runs: 1 to 1000.
        timeout_minutes: 15 to 720; a run that waited that long fails.
    """

    max_concurrent_runs: int
    timeout_minutes: int = 360


class SparkServerless(Construct):
    """An EMR Serverless application for Spark: ARM, in the private network, capped, stopped when idle.

    Nothing runs and nothing is charged until a job starts it. Jobs get Iceberg over the Glue catalog, and logs to
    CloudWatch and to the log bucket, both under a key of ours.

    Args:
        scope: where it stands.
        id: PascalCase id; its short name unless `name` is given.
        max_vcpu: vCPUs that all jobs together may use; the bill's upper end: 0.053 USD an hour each, and 0.0058 for
            each GB (eu-west-1, x86; ARM is less).
        max_memory_gb: a tenth more than 4 GB for each vCPU by default, since Spark adds overhead.
        max_disk_gb: twice 20 GB for each worker by default.
        idle_timeout_minutes: minutes without a job until it stops; 5 by default.
        initial_capacity: workers kept ready while it is started; none by default.
        release: EMR release label.
        network: where workers get their addresses; the environment's network by default.
        interactive: notebooks of an EMR Studio may use it.
        queue: limits on runs side by side; needs an AWS provider of 6.25 or later.
        architecture: `ARM64`, or `X86_64` for native libraries without an ARM build.
        name: kebab-case name.

    Attributes:
        name: the application's name, a literal.
        resource: the `aws_emrserverless_application`.
        key: the EncryptionKey of its logs.
        log_group: the LogGroup that jobs write to.
        group: the EngineSecurityGroup of its workers, None outside of a network.
        id_parameter: the `aws_ssm_parameter` by which other stacks find it.

    Raises:
        ConstructError: no maximum, or one below what is kept ready; a malformed release; no network above dev.
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
            self, "Key", name_parts=("spark", self.short_name), description=f"Encrypts Spark logs of {self.name}"
        )
        self.log_group: Final = LogGroup(self, "Logs", name=log_group_name(names, self.short_name), key=self.key)
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
        self.resource: Final[Any] = module.EmrserverlessApplication(
            self,
            "Application",
            name=self.name,
            # In lower case: the API takes it and answers it so.
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
        self.id_parameter: Final[Any] = aws.ssm_parameter.SsmParameter(
            self,
            "Id",
            name=id_parameter_name(names, self.short_name),
            description="Id of the Spark application, by which other stacks find it",
            type="String",
            insecure_value=self.resource.id,
        )
        self._add_monitoring()

    @property
    def application_id(self) -> str:
        """The id, known once it exists."""
        id: str = self.resource.id
        return id

    @property
    def key_arn(self) -> str:
        """The key of its logs."""
        return self.key.arn

    def _check_capacity(
        self, max_vcpu: int, idle_timeout_minutes: int, initial_capacity: InitialCapacity | None
    ) -> None:
        if not isinstance(max_vcpu, int) or isinstance(max_vcpu, bool) or max_vcpu < WORKER_VCPU:
            raise ConstructError(
                self,
                f"max_vcpu {max_vcpu!r} is no maximum: without one a single job may take the account's whole quota",
                fix=f"state vCPUs, {WORKER_VCPU} or more",
            )
        if not 1 <= idle_timeout_minutes <= 10_080:
            raise ConstructError(
                self, f"idle_timeout_minutes {idle_timeout_minutes} is not between 1 and 10080 (EMR Serverless)"
            )
        ready = (initial_capacity.drivers + initial_capacity.executors) * WORKER_VCPU if initial_capacity else 0
        if ready > max_vcpu:
            raise ConstructError(
                self,
                f"{ready} vCPU are kept ready, above max_vcpu {max_vcpu}",
                fix="keep fewer workers ready, or raise max_vcpu",
            )

    def _queue(self, module: Any, queue: JobQueue) -> Any:
        version = environment_of(self).provider.version
        lowest = re.search(r">=?\s*(\d+)\.(\d+)", version)
        if lowest is None or (int(lowest[1]), int(lowest[2])) < _QUEUE_PROVIDER:
            raise ConstructError(
                self,
                f"queue needs an AWS provider of 6.25 or later; the environment allows {version!r}",
                fix='set provider.version to ">= 6.25.0, < 7.0.0", or leave queue out: max_vcpu limits jobs as well',
            )
        if not (1 <= queue.max_concurrent_runs <= 1000 and 15 <= queue.timeout_minutes <= 720):
            raise ConstructError(self, f"{queue}: 1 to 1000 runs and 15 to 720 minutes are allowed (EMR Serverless)")
        return module.EmrserverlessApplicationSchedulerConfiguration(
            max_concurrent_runs=queue.max_concurrent_runs, queue_timeout_minutes=queue.timeout_minutes
        )

    def _add_monitoring(self) -> None:
        whole = {"ApplicationId": self.application_id}
        # From 7.10 on only metrics with the application's name are written (EMR Serverless user guide, "Monitoring
        # EMR Serverless applications and jobs"; the samples of AWS draw them so).
        if release_number(self.release) >= _NAMED_METRICS:
            whole["ApplicationName"] = self.name

        def metric(name: str, statistic: str, label: str, **more: str) -> Metric:
            return Metric("AWS/EMRServerless", name, {**more, **whole}, statistic, 300, label)

        # What is allocated is told by kind of worker and of capacity, and nowhere as a whole.
        kinds = [("Driver", "PreInit"), ("Driver", "OnDemand"), ("Executor", "PreInit"), ("Executor", "OnDemand")]
        parts = [
            metric(
                "CPUAllocated",
                "Maximum",
                f"{worker} {capacity}",
                WorkerType=f"Spark_{worker}",
                CapacityAllocationType=f"{capacity}Capacity",
            )
            for worker, capacity in kinds
        ]
        cpu = MetricSum(tuple(parts), "vCPU in use")
        failed = metric("FailedJobs", "Sum", "failed")
        self.failure_alarm = Alarm(
            self,
            "JobsFail",
            metric=failed,
            threshold=0,
            description=f"A Spark job of {self.name} failed: read its driver's stderr in {self.log_group.name}",
        )
        self.capacity_alarm = Alarm(
            self,
            "AtItsMaximum",
            metric=cpu,
            threshold=self.max_vcpu * 0.95,
            periods=6,
            description=f"{self.name} has used all of its {self.max_vcpu} vCPU for half an hour and jobs wait: "
            "look for a job that runs away before raising max_vcpu",
        )
        add_widget(self, f"Spark {self.short_name}: vCPU", [cpu])
        add_widget(self, f"Spark {self.short_name}: jobs", [metric("SuccessJobs", "Sum", "succeeded"), failed])


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
