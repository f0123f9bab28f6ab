"""Tests of the command that creates tables which engines dropped."""

from __future__ import annotations

import json
from pathlib import Path

from lakekit_cli.state.diagnostics import printed_diagnostics
from lakekit_cli.terraform_gate.dropped_tables import dropped_tables

FAILED = """Error: reading AWS Lake Formation Resource LF Tags (1): {error}

  with aws_lakeformation_resource_lf_tags.{name},
  on cdk.tf.json line 9, in resource.aws_lakeformation_resource_lf_tags.{name}:
"""
MISSING = "operation error LakeFormation: GetResourceLFTags, StatusCode: 400, EntityNotFoundException: Table not found."


def stack(folder: Path) -> Path:
    """A stack with two tables, each with an LF-tag and a metadata file."""
    resources = {
        "aws_lakeformation_resource_lf_tags": {
            f"{one}_Tags": {"table": {"name": f"${{aws_glue_catalog_table.{one}_Table.name}}"}} for one in ("A", "B")
        },
        "aws_s3_object": {
            f"{one}_Metadata": {"key": f'${{try(aws_glue_catalog_table.{one}_Table.parameters["f"], "x")}}/0.json'}
            for one in ("A", "B")
        },
    }
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    return folder


def test_command_names_the_metadata_files_of_missing_tables(tmp_path: Path) -> None:
    folder = stack(tmp_path)
    one = FAILED.format(name="B_Tags", error=MISSING)
    found = dropped_tables(printed_diagnostics(one), folder)
    assert found.endswith(f"in {folder}: lakekit-terraform apply -target=aws_s3_object.B_Metadata")
    both = printed_diagnostics(one + "\n" + FAILED.format(name="A_Tags", error=MISSING))
    assert dropped_tables(both, folder).endswith("-target=aws_s3_object.A_Metadata -target=aws_s3_object.B_Metadata")


def test_other_errors_have_no_command(tmp_path: Path) -> None:
    folder = stack(tmp_path)
    denied = FAILED.format(name="A_Tags", error="AccessDeniedException: Insufficient Lake Formation permission(s)")
    for text in (denied, FAILED.format(name="Other", error=MISSING), "Error: Table not found\n"):
        assert dropped_tables(printed_diagnostics(text), folder) == ""
    (folder / "cdk.tf.json").unlink()
    assert dropped_tables(printed_diagnostics(FAILED.format(name="A_Tags", error=MISSING)), folder) == ""
