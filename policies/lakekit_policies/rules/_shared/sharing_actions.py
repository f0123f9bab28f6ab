"""Actions that change who has access to data, by the list of actions of each service.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
(access level "Permissions management", and attributes that contain a policy or a list of accounts).
"""

from __future__ import annotations

from typing import Final

_POLICY: Final = "changes the resource policy"
_SNAPSHOTS: Final = "shares snapshots with other accounts"

SHARING_ACTIONS: Final = {
    "acm-pca:putpolicy": _POLICY,
    "aoss:createaccesspolicy": "changes access to collections",
    "aoss:updateaccesspolicy": "changes access to collections",
    "backup:putbackupvaultaccesspolicy": "changes access to backups",
    "codeartifact:putdomainpermissionspolicy": _POLICY,
    "codeartifact:putrepositorypermissionspolicy": _POLICY,
    "dynamodb:putresourcepolicy": _POLICY,
    "ec2:modifyimageattribute": "shares images with other accounts",
    "ec2:modifyvpcendpointservicepermissions": "shares the endpoint service with other accounts",
    "ecr:putregistrypolicy": "changes access to repositories",
    "ecr:setrepositorypolicy": "changes access to the repository",
    "elasticfilesystem:putfilesystempolicy": "changes access to the file system",
    "events:putpermission": "changes access to the event bus",
    "glacier:setvaultaccesspolicy": _POLICY,
    "kafka:putclusterpolicy": "changes access to the cluster",
    "kinesis:putresourcepolicy": _POLICY,
    "lambda:addlayerversionpermission": "shares the layer with other accounts",
    "logs:putdestinationpolicy": "changes access to the log destination",
    "logs:putresourcepolicy": _POLICY,
    "ram:associateresourceshare": "shares resources with other accounts",
    "ram:createresourceshare": "shares resources with other accounts",
    "rds:modifydbclustersnapshotattribute": _SNAPSHOTS,
    "rds:modifydbsnapshotattribute": _SNAPSHOTS,
    "redshift:authorizedatashare": "shares tables with other accounts",
    "redshift:authorizeendpointaccess": "gives other accounts access to the cluster",
    "redshift:authorizesnapshotaccess": _SNAPSHOTS,
    "redshift:putresourcepolicy": _POLICY,
    "redshift-serverless:putresourcepolicy": _SNAPSHOTS,
    "s3:putaccesspointpolicy": "changes access to the access point",
    "s3:putaccesspointpolicyforobjectlambda": "changes access to the access point",
    "s3:putmultiregionaccesspointpolicy": "changes access to the access point",
    "s3tables:puttablebucketpolicy": "changes access to tables",
    "s3tables:puttablepolicy": "changes access to the table",
    "schemas:putresourcepolicy": _POLICY,
    "sns:addpermission": "changes access to the topic",
    "sns:settopicattributes": "changes the policy of the topic",
    "sqs:addpermission": "changes access to the queue",
    "sqs:setqueueattributes": "changes the policy of the queue",
    "ssm:modifydocumentpermission": "shares documents with other accounts",
}
"""Actions that give other accounts access to the resource that they name."""
