from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class AirflowEncryptedAndLogged(SettingsRule):
    id = "LK_MWAA_1"
    title = "MWAA uses a customer managed key and logs its tasks"
    severity = "high"
    rationale = (
        "The metadata database contains connections and variables of Airflow. Without task logs, it cannot be found "
        "out what a DAG did."
    )
    remedy = "Set `kms_key`, and enable `task_logs` and `dag_processing_logs`."
    reference = "https://docs.aws.amazon.com/mwaa/latest/userguide/encryption-at-rest.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_mwaa_environment", "kms_key", key=True),
        Setting("aws_mwaa_environment", "logging_configuration.task_logs.enabled", allowed=(True,)),
        Setting("aws_mwaa_environment", "logging_configuration.dag_processing_logs.enabled", allowed=(True,)),
        Setting("aws_mwaa_environment", "logging_configuration.task_logs.log_level", rejected=("CRITICAL", "ERROR")),
    )


check = AirflowEncryptedAndLogged()
