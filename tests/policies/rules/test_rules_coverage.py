"""Rules about what the other rules evaluate."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, put, resources, tier, verdict

__all__ = ["test_passes", "test_rejects"]

_IDE = {"aws_cloud9_environment_ec2": {"L": {"instance_type": "t3.micro"}}}
_DATABASE = {"Db": {"name": "raw"}}

CASES = [
    Case(
        "LK_COV_1",
        resources(aws_glue_catalog_database=_DATABASE),
        {
            "a type of AWS without a rule": (
                put("resource/aws_cloud9_environment_ec2", _IDE["aws_cloud9_environment_ec2"]),
                "aws_cloud9_environment_ec2",
            ),
            "a foreign provider": (put("resource/google_storage_bucket", {"B": {}}), "google_storage_bucket"),
            "a foreign data source": (put("data", {"google_project": {"P": {}}}), "no rule evaluates google_project"),
        },
        {
            "a removed resource": put(
                "removed", [{"from": "aws_s3_bucket.Old", "provisioner": [{"local-exec": {"command": "x"}}]}]
            ),
            "an inert type": put("resource/terraform_data", {"T": {"input": "x"}}),
            "a data source": put("data", {"aws_region": {"Here": {}}}),
        },
    )
]


def test_unknown_types_are_a_warning_below_staging_and_never_clean() -> None:
    document = resources(**_IDE)
    for name, rejected in (("sandbox", False), ("dev", False), ("staging", True), ("prod", True)):
        tier(name)(document)
        found = verdict(document)
        assert not found.clean, name
        reported = found.findings if rejected else found.warnings
        assert [one.address for one in reported if one.rule_id == "LK_COV_1"] == ["aws_cloud9_environment_ec2.L"], name
        assert found.coverage.text == "judged 0, inert 0, unknown 1: aws_cloud9_environment_ec2", name
