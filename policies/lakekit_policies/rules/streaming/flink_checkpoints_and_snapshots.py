from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

FLINK = ("application_configuration", "flink_application_configuration")
# Managed Service for Apache Flink ends support for older runtimes.
UNSUPPORTED_RUNTIMES = {
    *("FLINK-1_6", "FLINK-1_8", "FLINK-1_11", "FLINK-1_13", "FLINK-1_15", "SQL-1_0"),
    *("ZEPPELIN-FLINK-1_0", "ZEPPELIN-FLINK-2_0"),
}


class FlinkCheckpointsAndSnapshots(Rule):
    id = "LK_FLINK_1"
    title = "Flink applications take checkpoints and snapshots on a supported runtime"
    severity = "high"
    rationale = (
        "Without checkpoints, an application restarts without state after a failure and commits nothing to Iceberg "
        "tables. Without snapshots, every code update loses the state."
    )
    remedy = "Enable checkpointing and snapshots, and use a supported runtime (`FlinkApplication` does)."
    reference = "https://docs.aws.amazon.com/managed-flink/latest/java/how-fault.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10", "SI-2"], "soc2": ["A1.2", "CC7.1"]}
    resources = ("aws_kinesisanalyticsv2_application",)

    def problems(self, block: Block) -> Iterable[str]:
        runtime = str(block.get("runtime_environment", ""))
        if runtime in UNSUPPORTED_RUNTIMES:
            yield f"runtime {runtime} is no longer supported"
        if not runtime.startswith("FLINK"):
            return
        for checkpoints in nested(block, *FLINK, "checkpoint_configuration"):
            custom = checkpoints.get("configuration_type") == "CUSTOM"
            if custom and checkpoints.get("checkpointing_enabled") is False:
                yield "checkpointing_enabled is false"
        snapshots = nested(block, "application_configuration", "application_snapshot_configuration")
        if not any(entry.get("snapshots_enabled") is True for entry in snapshots):
            yield "snapshots_enabled is not true"


check = FlinkCheckpointsAndSnapshots()
