from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.rules._shared.policy_statements import Effects, is_denied, is_wildcard, single_actions
from lakekit_policies.terraform.blocks import Block

_COPIES: Final = {
    "athena:updateworkgroup": "changes where results are written",
    "datasync:updatetask": "changes what is copied",
    "dms:modifyendpoint": "changes where changes of databases are sent",
    "pipes:updatepipe": "changes where events are sent",
    "s3:createjob": "copies or changes every object with another role",
    "s3:putbucketcors": "changes which web pages read the bucket",
    "s3:putbucketwebsite": "publishes the bucket as a web page",
    "s3:putencryptionconfiguration": "changes the key of new objects",
    "secretsmanager:replicatesecrettoregions": "copies the secret",
    "sns:subscribe": "sends messages to another endpoint",
    "transfer:createuser": "gives access to files with a role",
    "transfer:importsshpublickey": "gives access to files with a role",
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
_ENDS_RECORDS: Final = {
    "access-analyzer:deleteanalyzer": "ends the detection of outside access",
    "cloudtrail:deleteeventdatastore": "deletes the record of calls",
    "cloudtrail:deletetrail": "ends the record of calls",
    "cloudtrail:puteventselectors": "changes which calls are recorded",
    "cloudtrail:stopeventdatastoreingestion": "ends the record of calls",
    "cloudtrail:stoplogging": "ends the record of calls",
    "cloudtrail:updatetrail": "changes where calls are recorded",
    "config:deleteconfigurationrecorder": "ends the record of changes",
    "config:deletedeliverychannel": "ends the record of changes",
    "config:stopconfigurationrecorder": "ends the record of changes",
    "ec2:deleteflowlogs": "ends the record of network traffic",
    "guardduty:deletedetector": "ends the detection of threats",
    "guardduty:updatedetector": "can end the detection of threats",
    "macie2:disablemacie": "ends the detection of personal data",
    "securityhub:disablesecurityhub": "ends the record of findings",
}
_DELETES: Final = {
    "cassandra:drop": "deletes data",
    "dynamodb:deletetable": "deletes data",
    "elasticfilesystem:deletefilesystem": "deletes data",
    "es:deletedomain": "deletes data",
    "fsx:deletefilesystem": "deletes data",
    "glue:deletedatabase": "deletes the definitions of tables",
    "kafka:deletecluster": "deletes data",
    "kinesis:decreasestreamretentionperiod": "deletes records",
    "kinesis:deletestream": "deletes data",
    "rds:deletedbcluster": "deletes data",
    "rds:deletedbinstance": "deletes data",
    "redshift:deletecluster": "deletes data",
    "redshift-serverless:deletenamespace": "deletes data",
    "s3:deletebucket": "deletes buckets",
    "s3tables:deletetable": "deletes data",
    "s3tables:deletetablebucket": "deletes data",
    "secretsmanager:deletesecret": "deletes secrets",
    "sqs:purgequeue": "deletes messages",
    "timestream:deletetable": "deletes data",
}
"""Reported on wildcards only: a role that may delete one named resource is that of its owner (docs/gate-limits.md)."""
_ON_ANY_RESOURCE: Final = Effects(_COPIES | _DESTROYS | _ENDS_RECORDS)
_ON_WILDCARDS: Final = Effects(_DELETES)


class NoRedirectedOrDestroyedData(PolicyRule):
    id = "LK_IAM_36"
    title = "IAM policies do not allow copying data elsewhere, deleting it for good or ending audit records"
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
            by_tag = any(condition.key.startswith("aws:resourcetag/") for condition in statement.conditions)
            broad = () if by_tag else tuple(arn for arn in statement.resources or ("*",) if is_wildcard(arn))
            for action in single_actions(statement):
                yield from _effects(statement, action, statements, broad)


def _effects(
    statement: Statement, action: str, statements: tuple[Statement, ...], broad: tuple[str, ...]
) -> Iterator[str]:
    resources = statement.resources or ("*",)
    for known, on in ((_ON_ANY_RESOURCE, resources), (_ON_WILDCARDS, broad)):
        for one in known.named(action) if on else ():
            if allowed := [arn for arn in on if not is_denied(statements, one, arn)]:
                yield f"{statement.name} allows {one} on {', '.join(allowed)}, which {known[one]}"
                return


check = NoRedirectedOrDestroyedData()
