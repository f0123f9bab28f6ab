"""Packages that jobs download from a Maven repository are code from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies.rules._shared.spark_packages import downloaded_packages

EVIL = "com.evil:evil:1.0"
PROPERTIES = {"classification": "spark-defaults", "properties": {"spark.jars.packages": EVIL}}

NAMED: dict[str, tuple[str, dict[str, Any]]] = {
    "Glue": ("aws_glue_job", {"default_arguments": {"--conf": f"spark.jars.packages={EVIL}"}}),
    "several settings": (
        "aws_glue_job",
        {"default_arguments": {"--conf": f"spark.a=b --conf spark.jars.packages={EVIL} --conf spark.c=d"}},
    ),
    "EMR": ("aws_emr_cluster", {"configurations_json": json.dumps([PROPERTIES])}),
    "EMR step": (
        "aws_emr_cluster",
        {"step": [{"hadoop_jar_step": [{"args": ["spark-submit", "--packages", EVIL, "s3://a/b.py"]}]}]},
    ),
    "EMR Serverless": ("aws_emrserverless_application", {"runtime_configuration": [PROPERTIES]}),
    "state machine": (
        "aws_sfn_state_machine",
        {"definition": json.dumps({"SparkSubmitParameters": f"--packages a:b:1,{EVIL} --conf spark.x=y"})},
    ),
    "Flink": (
        "aws_kinesisanalyticsv2_application",
        {"maven_reference": [{"group_id": "com.evil", "artifact_id": "evil", "version": "1.0"}]},
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_package_is_reported(tmp_path: Path, case: str) -> None:
    kind, arguments = NAMED[case]
    found = warm_gate().evaluate_plan(write_plan(tmp_path / "plan.json", {f"{kind}.a": arguments}))
    every = [*found.findings, *found.warnings]
    assert [one for one in every if one.rule_id == "LK_ACT_10" and EVIL in one.reason]


@pytest.mark.parametrize(
    "arguments",
    [
        {"default_arguments": {"--conf": "spark.jars=s3://a/b.jar"}},
        {"default_arguments": {"--packages": "data"}},
        {"description": f"--packages {EVIL}"},
        {"step": [{"args": ["apt-get", "install", "--packages", "a:b"]}]},
        {"default_arguments": {"--conf": "spark.sql.catalog.glue=org.apache.iceberg.spark.SparkCatalog"}},
    ],
)
def test_other_settings_download_no_package(arguments: dict[str, Any]) -> None:
    assert list(downloaded_packages(arguments)) == []
