from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lakekit_policies.plan_rules._created_resources import CreatedResources, declared_resource, references_of
from lakekit_policies.plan_rules._retention import FOREVER, expirations, kafka_retention, open_rules, snapshot_retention
from lakekit_policies.plan_rules._unknown_arguments import UNDECIDED, UnknownArguments
from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import hcl_expressions, stack_context
from lakekit_policies.terraform.module_references import ModuleReferences
from lakekit_policies.terraform.plan_changes import Change, value_at
from lakekit_policies.terraform.plan_file import PlanFile


@dataclass(frozen=True, slots=True)
class _Retention:
    """What decides when data is deleted.

    Attributes:
        read: the settings of a resource, by name.
        arguments: paths of the arguments that they depend on.
    """

    read: Callable[[Mapping[str, Any]], dict[str, float]]
    arguments: tuple[str, ...]


def _attribute(path: str, *, unlimited: tuple[Any, ...] = (None,)) -> _Retention:
    def read(values: Mapping[str, Any]) -> dict[str, float]:
        value = value_at(values, path)
        return {path: FOREVER if value in unlimited else float(value)}

    return _Retention(read, (path,))


RETENTION: Final[dict[str, _Retention]] = {
    "aws_backup_plan": _attribute("rule.lifecycle.delete_after", unlimited=(None, 0)),
    "aws_cloudtrail_event_data_store": _attribute("retention_period"),
    "aws_docdb_cluster": _attribute("backup_retention_period"),
    "aws_glue_catalog_table_optimizer": _Retention(snapshot_retention, ("configuration",)),
    "aws_msk_configuration": _Retention(kafka_retention, ("server_properties",)),
    "aws_neptune_cluster": _attribute("backup_retention_period"),
    "aws_redshift_cluster": _attribute("automated_snapshot_retention_period"),
    "aws_redshift_snapshot_schedule_association": _attribute("retention_period"),
    "aws_s3tables_table": _attribute(
        "maintenance_configuration.iceberg_snapshot_management.settings.max_snapshot_age_hours"
    ),
    "aws_sqs_queue": _attribute("message_retention_seconds"),
    "aws_timestreamwrite_table": _attribute("retention_properties.magnetic_store_retention_period_in_days"),
    "snowflake_table": _attribute("data_retention_time_in_days"),
}
"""Types whose settings decide when data is deleted, and the values of these settings; LK_PLAN_3 compares others."""
LIFECYCLES: Final = frozenset({"aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration"})

ATTACHED: Final = {"aws_glue_catalog_table_optimizer": "table_name"}
"""Types that delete data of another resource, and the attribute that names it."""


class RetentionNotShortened(PlanRule):
    id = "LK_PLAN_11"
    title = "Plans do not delete data by a shorter retention"
    severity = "high"
    rationale = (
        "A shorter expiration deletes objects, records and snapshots that the previous one kept, within a day and "
        "without a deletion in the plan."
    )
    remedy = (
        "Keep the retention, or copy what is still needed and acknowledge this plan. A new lifecycle rule deletes, too."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"
    pack = "plan"
    controls = {"nist": ["AU-11", "CP-9", "SI-12"], "soc2": ["A1.2", "C1.2"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        planned = list(plan.changes())
        created, sources = CreatedResources(planned, references_of(plan) or None), _Sources(plan, planned)
        unknown = UnknownArguments(plan)
        for change in planned:
            if change.type in LIFECYCLES:
                if sources.creates(change, "bucket") or (change.actions == ("create",) and _is_new(change, created)):
                    continue
                if change.actions == ("create",) and change.after_unknown.get("bucket") is True:
                    if expirations(change.after) or open_rules(change):
                        yield _undecided(change, "the bucket, which can have objects that the rules delete,")
                    continue
                yield from (Problem(change.address, line) for line in _expired(change))
                if open_rules(change) or change.after_unknown.get("rule") is True:
                    yield _undecided(change, "rule")
            elif change.type in RETENTION and change.after and (change.before or _begins(change, created)):
                open_ = unknown.of(change, *RETENTION[change.type].arguments)
                yield from (_undecided(change, path) for path in open_)
                yield from (Problem(change.address, line) for line in _shortened(change, open_))


class _Sources:
    """Where unknown arguments of created resources come from, through variables and outputs of modules."""

    def __init__(self, plan: PlanFile, planned: list[Change]) -> None:
        self._references = ModuleReferences(plan)
        self._expressions = {one.address: one.expressions for one in plan.configured()}
        self._planned = {hcl_expressions.without_indexes(one.address) for one in planned}
        self._created = {hcl_expressions.without_indexes(one.address) for one in planned if one.actions == ("create",)}

    def creates(self, change: Change, attribute: str) -> bool:
        """Whether an unknown argument can only be a resource that the plan creates.

        A switch (a boolean or an empty text) is none, and neither is a resource without an instance.
        """
        if change.actions != ("create",) or change.after_unknown.get(attribute) is not True:
            return False
        declared = hcl_expressions.without_indexes(change.address)
        expression = self._expressions.get(declared, {}).get(attribute)
        stated = expression.get("references") if isinstance(expression, Mapping) else None
        origins = self._references.origins(tuple(map(str, stated or ())), change.address)
        if origins.unknown or any(isinstance(one, str) and one for one in origins.constants):
            return False
        resources = {declared_resource(one) for one in origins.resources} & self._planned
        return bool(resources) and resources <= self._created


def _undecided(change: Change, what: str) -> Problem:
    return Problem(change.address, f"{what} {UNDECIDED}", warning=not stack_context.current().at_least("staging"))


def _expired(change: Change) -> Iterator[str]:
    """Objects that the lifecycle rules after a change delete, and those before it do not."""
    known = expirations(change.before)
    for found in expirations(change.after, open_rules(change)):
        if not any(before.covers(found) for before in known):
            yield f"{found.description}, which the rules before do not delete as early"


def _is_new(change: Change, created: CreatedResources) -> bool:
    """Whether the bucket is created by the same plan, so that it has no objects."""
    if change.after.get("bucket") is None:  # A required argument: not known before apply.
        change = replace(change, after_unknown={**change.after_unknown, "bucket": True})
    return change.type == "aws_s3_bucket" or created.includes(change, "bucket")


def _begins(change: Change, created: CreatedResources) -> bool:
    """Whether a created resource deletes data of an existing one."""
    attribute = ATTACHED.get(change.type)
    return attribute is not None and change.actions == ("create",) and not created.includes(change, attribute)


def _shortened(change: Change, unknown: Collection[str]) -> Iterator[str]:
    read = RETENTION[change.type].read
    if "server_properties" in unknown:
        return
    try:
        before, after = read(change.before), read(change.after)
    except ValueError as error:
        yield f"the retention cannot be compared: {error}"
        return
    for name, value in after.items():
        previous = before.get(name, FOREVER)
        if value < previous:
            yield f"{name} changes from {_display(previous)} to {_display(value)}"


def _display(value: float) -> str:
    return "no limit" if value == FOREVER else f"{value:g}"


check = RetentionNotShortened()
