from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import value_at
from lakekit_policies.terraform.plan_file import PlanFile

# Attributes that make the service refuse the deletion. The provider sends none of them before it deletes.
PROTECTED_BY = {
    "aws_cloudformation_stack": "enable_termination_protection",
    "aws_cognito_user_pool": "deletion_protection",
    "aws_db_instance": "deletion_protection",
    "aws_docdb_cluster": "deletion_protection",
    "aws_dynamodb_table": "deletion_protection_enabled",
    "aws_emr_cluster": "termination_protection",
    "aws_instance": "disable_api_termination",
    "aws_lb": "enable_deletion_protection",
    "aws_neptune_cluster": "deletion_protection",
    "aws_rds_cluster": "deletion_protection",
}


class DeletionNotProtected(PlanRule):
    id = "LK_PLAN_10"
    title = "Plans do not delete or replace resources that are protected against deletion"
    severity = "high"
    rationale = (
        "The service refuses the deletion while the protection is on, so that the apply fails halfway: what is created "
        "before and deleted before stays that way. Turning the protection off in the same plan does not help, since a "
        "replacement deletes the resource as it is."
    )
    remedy = (
        "Turn the protection off, apply, then delete or replace the resource. For the EMR cluster of an environment, "
        "set `processing.cluster.termination_protection: false`, with a waiver above dev."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/UsingEMR_TerminationProtection.html"
    pack = "plan"
    controls = {"nist": ["CM-3", "CP-9"], "soc2": ["CC8.1", "A1.2"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        for change in plan.changes():
            attribute = PROTECTED_BY.get(change.type)
            if attribute and change.destroys and value_at(change.before, attribute) in (True, "ACTIVE"):
                yield Problem(change.address, f"{change.description}, but {attribute} is on: the deletion fails")


check = DeletionNotProtected()
