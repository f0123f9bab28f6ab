from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.rules._shared.policy_statements import single_actions
from lakekit_policies.terraform.blocks import Block

_COPIES: Final = {
    "dynamodb:enablekinesisstreamingdestination": "sends every change of the table to a stream",
    "firehose:updatedestination": "changes where records are sent",
    "logs:putaccountpolicy": "sends log events to another destination",
    "logs:putsubscriptionfilter": "sends log events to another destination",
    "s3:putanalyticsconfiguration": "sends reports on objects to another bucket",
    "s3:putbucketlogging": "changes where access logs are sent",
    "s3:putbucketnotification": "sends events on objects to another destination",
    "s3:putinventoryconfiguration": "sends lists of objects to another bucket",
    "s3:putreplicationconfiguration": "copies objects to another bucket",
}
_DESTROYS: Final = {
    "backup:deletebackupvault": "deletes backups",
    "backup:deleterecoverypoint": "deletes backups",
    "backup:putbackupvaultlockconfiguration": "changes the lock of backups",
    "backup:deletebackupvaultlockconfiguration": "removes the lock of backups",
    "dynamodb:deletebackup": "deletes backups",
    "kms:deleteimportedkeymaterial": "makes encrypted data unreadable",
    "kms:disablekey": "makes encrypted data unreadable",
    "kms:schedulekeydeletion": "makes encrypted data unreadable",
    "logs:deleteloggroup": "deletes logs",
    "rds:deletedbclustersnapshot": "deletes snapshots",
    "rds:deletedbsnapshot": "deletes snapshots",
    "redshift:deleteclustersnapshot": "deletes snapshots",
    "s3:bypassgovernanceretention": "deletes objects under retention",
    "s3:deleteobjectversion": "deletes objects for good",
    "s3:putbucketobjectlockconfiguration": "changes the retention of objects",
    "s3:putbucketversioning": "ends the protection against deletion",
    "s3:putlifecycleconfiguration": "can expire every object",
    "s3:putobjectlegalhold": "removes the legal hold of objects",
}


class NoRedirectedOrDestroyedData(PolicyRule):
    id = "LK_IAM_36"
    title = "IAM policies do not allow copying data elsewhere by configuration or deleting it for good"
    severity = "high"
    rationale = (
        "A replication, an inventory or a subscription sends data to any destination without a read by the principal. "
        "A scheduled key deletion, a lifecycle rule or a deleted version destroys what versioning and backups protect."
    )
    remedy = (
        "Reserve these actions for the deploying role, and declare the setting in the configuration. Waive the finding "
        "for roles whose task is the deletion, such as retention jobs."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "AC-6", "CP-9", "SI-12"], "soc2": ["CC6.1", "CC6.7"]}
    attributes = ()  # LK_IAM_1 and LK_IAM_21 report policies that are not known

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        if policy.role is not PolicyRole.IDENTITY:
            return
        for statement in statements:
            for action in single_actions(statement):
                yield from _effects(statement, action)


def _effects(statement: Statement, action: str) -> Iterator[str]:
    resources = ", ".join(statement.resources or ("*",))
    for named, effect in (_COPIES | _DESTROYS).items():
        if wildcards.matches(action, named):
            yield f"{statement.name} allows {named} on {resources}, which {effect}"
            return


check = NoRedirectedOrDestroyedData()
