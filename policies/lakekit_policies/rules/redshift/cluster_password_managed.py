from __future__ import annotations

from lakekit_policies.rules._shared.managed_passwords import ManagedPasswordRule


class ClusterPasswordManaged(ManagedPasswordRule):
    id = "LK_REDSHIFT_3"
    title = "Redshift keeps administrator passwords in Secrets Manager"
    severity = "high"
    remedy = "Set `manage_master_password = true` (cluster) or `manage_admin_password = true` (namespace)."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = (
        "aws_redshift_cluster",
        "aws_redshiftserverless_namespace",
    )

    passwords = ("master_password", "admin_user_password")


check = ClusterPasswordManaged()
