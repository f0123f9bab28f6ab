from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class CollectionsReplicated(SettingsRule):
    id = "LK_SEARCH_2"
    title = "Collections of OpenSearch Serverless have standby replicas in prod"
    severity = "medium"
    rationale = "Without standby replicas, a collection is lost with its Availability Zone."
    remedy = "Leave `standby_replicas` enabled."
    reference = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scaling.html"
    pack = "baseline"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_opensearchserverless_collection", "standby_replicas", rejected=("DISABLED",), tier="prod"),
    )


check = CollectionsReplicated()
