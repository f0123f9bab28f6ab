from __future__ import annotations

from lakekit_policies.rules._shared.managed_passwords import ManagedPasswordRule


class PasswordManaged(ManagedPasswordRule):
    id = "LK_RDS_1"
    title = "Databases keep their administrator password in Secrets Manager"
    severity = "high"
    remedy = "Set `manage_master_user_password = true`."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = (
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
    )

    passwords = ("password", "master_password")


check = PasswordManaged()
