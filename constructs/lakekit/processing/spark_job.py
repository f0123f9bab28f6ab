"""PySpark jobs: code, arguments, schedule, and a role with granted permissions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, ServiceRole
from lakekit.naming import slug
from lakekit.processing.glue_job import GlueJob, GlueRuntime
from lakekit.processing.job_validation import check_arguments, check_files, check_limits
from lakekit.processing.schedule import Schedule
from lakekit.processing.serverless_job import ServerlessJob
from lakekit.processing.spark_application import SparkApplication
from lakekit.storage import Artifact


class SparkJob(Construct):
    """PySpark job on EMR Serverless or on Glue.

    The code is uploaded to the artifact bucket under a key with its hash, so that a run uses the code of its plan. The
    role has the permissions that the job is granted, and those to read the code and to write logs; nothing else:

        orders.grant_read(job)
        revenue.grant_write(job)

    In Spark, the catalog is `lake` and tables are `lake.<database>.<table>`, which `spark_table` returns.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        entry_point: Python file that Spark runs.
        runtime: a SparkServerless or SparkServerlessReference, or a GlueRuntime.
        archive: dependencies: Python files as .zip, or on EMR Serverless a packed environment as .tar.gz.
        arguments: arguments of the entry point; secrets are rejected.
        schedule: `cron(0 6 * * ? *)` or `rate(1 hour)` in UTC; none by default, for manual or orchestrated starts.
        retries: retries of a failed run, 0 to 10; 1 by default.
        timeout_minutes: minutes until a run is stopped, 1 to 2880; 60 by default.
        max_executors: maximum number of executors of 4 vCPU on EMR Serverless, 1 to 1000; 4 by default.
        configuration: further Spark properties.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        short_name: short name.
        role: ServiceRole of the job, also the grantee of grants to it.
        code: Artifact of the entry point.
        run: the ServerlessJob or GlueJob.

    Raises:
        ConstructError: a file is missing or of the wrong kind, an argument contains a secret, the schedule cannot be
            parsed, or a limit is out of range.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        entry_point: Path | str,
        runtime: SparkApplication | GlueRuntime,
        archive: Path | str | None = None,
        arguments: Sequence[str] = (),
        schedule: str | None = None,
        retries: int = 1,
        timeout_minutes: int = 60,
        max_executors: int = 4,
        configuration: Mapping[str, str] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        on_glue = isinstance(runtime, GlueRuntime)
        self.short_name: Final = name or slug(id)
        self.name: Final = names.role(stack_of(self).stack_name, self.short_name)
        check_files(self, entry_point, archive, on_glue=on_glue)
        check_arguments(self, arguments, configuration or {})
        check_limits(self, retries=retries, timeout_minutes=timeout_minutes, max_executors=max_executors)
        self.schedule: Final = self._parsed(schedule)
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="glue" if on_glue else "emr-serverless",
            description=f"The Spark job {self.short_name} runs as it",
            name=f"{stack_of(self).stack_name}-{self.short_name}-job",
        )
        self.code: Final = Artifact(self, "Code", file=entry_point)
        self.code.grant_read(self.role)
        self.archive: Final = Artifact(self, "Archive", file=archive) if archive else None
        if self.archive:
            self.archive.grant_read(self.role)
        shared: dict[str, Any] = {
            "physical_name": self.name,
            "role": self.role,
            "code": self.code,
            "archive": self.archive,
            "arguments": tuple(arguments),
            "schedule": self.schedule,
            "retries": retries,
            "timeout_minutes": timeout_minutes,
            "configuration": dict(configuration or {}),
        }
        self.run: Final[ServerlessJob | GlueJob] = (
            GlueJob(self, "Glue", runtime=runtime, **shared)
            if isinstance(runtime, GlueRuntime)
            else ServerlessJob(self, "Run", application=runtime, max_executors=max_executors, **shared)
        )

    def grant_start(self, grantee: Grantee) -> None:
        """Grant a role, such as that of an orchestrator, to start, watch and stop runs.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        self.run.grant_start(grantee)

    def _parsed(self, schedule: str | None) -> Schedule | None:
        try:
            return Schedule.parse(schedule) if schedule is not None else None
        except ValueError as error:
            raise ConstructError(self, f"schedule {error}") from error
