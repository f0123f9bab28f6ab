"""Conversion of synthesized stacks to the format of plans."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gate_helpers import could_not_evaluate
from hypothesis import given
from hypothesis import strategies as st

from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.stack_as_plan import convert_stack


def converted(**configuration: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values and references by address."""
    document = convert_stack(configuration).document
    values = {r["address"]: r["values"] for r in document["planned_values"]["root_module"]["resources"]}
    settings = {r["address"]: r["expressions"] for r in document["configuration"]["root_module"]["resources"]}
    return values, settings


def one(body: dict[str, Any], kind: str = "aws_s3_bucket", **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    values, settings = converted(resource={kind: {"R": body}}, **more)
    return values[f"{kind}.R"], settings[f"{kind}.R"]


def test_nulls_comments_and_meta_arguments_are_removed() -> None:
    values, _ = one(
        {
            "//": {"metadata": {}},
            "bucket": "a",
            "acl": None,
            "count": 2,
            "for_each": "${toset([])}",
            "lifecycle": {"prevent_destroy": True},
            "depends_on": ["aws_x.y"],
            "provider": "aws.other",
            "logging": [{"target_bucket": "b", "target_prefix": None, "//": 1}],
        }
    )
    assert values == {"bucket": "a", "logging": [{"target_bucket": "b"}]}


def test_single_blocks_become_lists_and_maps_are_unchanged() -> None:
    values, _ = one({"versioning": {"enabled": True}, "tags": {"a": "b"}, "timeouts": {"create": "5m"}})
    assert values["versioning"] == [{"enabled": True}]
    assert values["tags"] == {"a": "b"}
    assert values["timeouts"] == {"create": "5m"}
    table, _ = one(
        {"parameters": {"a": "b"}, "storage_descriptor": {"parameters": {"c": "d"}, "columns": [{"name": "x"}]}},
        "aws_glue_catalog_table",
    )
    assert table == {
        "parameters": {"a": "b"},
        "storage_descriptor": [{"parameters": {"c": "d"}, "columns": [{"name": "x"}]}],
    }


def test_references_are_placed_as_in_a_plan() -> None:
    values, settings = converted(
        resource={
            "aws_kms_key": {"K": {}},
            "aws_s3_bucket": {"B": {}},
            "aws_s3_bucket_server_side_encryption_configuration": {
                "E": {
                    "bucket": "${aws_s3_bucket.B.id}",
                    "rule": [{"apply": {"kms": "${aws_kms_key.K.arn}", "algorithm": "aws:kms"}}],
                }
            },
            "aws_x": {"X": {"arn": "${aws_s3_bucket.B.arn}/*", "subnets": ["${aws_kms_key.K.id}", "literal"]}},
        }
    )
    encryption = "aws_s3_bucket_server_side_encryption_configuration.E"
    assert values[encryption] == {"rule": [{"apply": [{"algorithm": "aws:kms"}]}]}
    assert settings[encryption]["bucket"]["references"] == ["aws_s3_bucket.B.id", "aws_s3_bucket.B"]
    assert settings[encryption]["rule"][0]["apply"][0]["kms"]["references"][1] == "aws_kms_key.K"
    assert values["aws_x.X"] == {"arn": "${aws_s3_bucket.B.arn}/*", "subnets": ["aws_kms_key.K.id", "literal"]}
    assert settings["aws_x.X"]["subnets"]["references"] == ["aws_kms_key.K.id", "aws_kms_key.K"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${aws_s3_bucket.B.arn}", ["aws_s3_bucket.B.arn", "aws_s3_bucket.B"]),
        ("${aws_s3_bucket.B[0].arn}", ["aws_s3_bucket.B.arn", "aws_s3_bucket.B"]),
        (
            "x ${data.aws_iam_policy_document.D.json} y",
            ["data.aws_iam_policy_document.D.json", "data.aws_iam_policy_document.D"],
        ),
        ('${join(",", [aws_s3_bucket.B.arn])}', ["aws_s3_bucket.B.arn", "aws_s3_bucket.B"]),
        ('${jsonencode({"a" = "${aws_s3_bucket.B.arn}/*"})}', ["aws_s3_bucket.B.arn", "aws_s3_bucket.B"]),
        ('${jsonencode({"a" = "aws_s3_bucket.B.arn"})}', []),
        ("$${aws_s3_bucket.B.arn}", []),
        ("aws_s3_bucket.B.arn", []),
        ("${file.name.txt}", []),
    ],
)
def test_references_of_a_text(text: str, expected: list[str]) -> None:
    known = {"aws_s3_bucket.B", "data.aws_iam_policy_document.D"}
    assert hcl_expressions.references(text, known) == expected


def test_default_tags_reach_tags_all_as_in_a_plan() -> None:
    providers = {
        "aws": [
            {"default_tags": [{"tags": {"owner": "platform", "zone": "raw"}}]},
            {"alias": "other", "default_tags": {"tags": {"owner": "other"}}},
        ]
    }
    assert one({"tags": {"zone": "curated"}}, provider=providers)[0]["tags_all"] == {
        "owner": "platform",
        "zone": "curated",
    }
    assert one({"provider": "aws.other"}, provider=providers)[0]["tags_all"] == {"owner": "other"}
    assert "tags_all" not in one({}, "aws_s3_bucket_policy", provider=providers)[0], "takes no tags"


def test_variables_and_locals_with_a_known_value() -> None:
    more = {"locals": {"acl": "public-read"}, "variable": {"days": {"default": 3}, "open": {"type": "string"}}}
    values, _ = one({"acl": "${local.acl}", "days": "${var.days}", "open": "${var.open}"}, **more)
    assert values == {"acl": "public-read", "days": 3, "open": "${var.open}"}


def test_unevaluated_expressions_are_reported() -> None:
    result = convert_stack(
        {
            "resource": {"aws_iam_policy": {"P": {"policy": "${jsonencode(merge(local.a, local.b))}"}}},
            "module": {"network": {"source": "./network"}},
        }
    )
    assert any("aws_iam_policy.P.policy" in note for note in result.notes)
    assert any("network" in note for note in result.notes)


@pytest.mark.parametrize(
    "body",
    [{"ingress": [{"a": 1}, 2]}, {"dynamic": [1]}, {"dynamic": "x"}],
)
def test_malformed_bodies_are_rejected(body: dict[str, Any]) -> None:
    with could_not_evaluate("not_a_configuration", "aws_s3_bucket.R"):
        one(body)


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
documents = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=20
)


def hcl(value: Any) -> str:
    """HCL literal of a value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{hcl(key)} = {hcl(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(hcl, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value.replace("${", "$${").replace("%{", "%%{"))
    return json.dumps(value)


@given(st.one_of(st.lists(documents), st.dictionaries(st.text(), documents)))
def test_jsonencode_round_trip(value: Any) -> None:
    assert json.loads(hcl_expressions.json_of_jsonencode(f"jsonencode({hcl(value)})")) == value


def test_jsonencode_keeps_references_as_text() -> None:
    text = 'jsonencode({Resource = [aws_s3_bucket.B.arn, "${aws_s3_bucket.B.arn}/*"], n = 1\n "a:b" : f(x, [1])})'
    assert json.loads(hcl_expressions.json_of_jsonencode(text)) == {
        "Resource": ["${aws_s3_bucket.B.arn}", "${aws_s3_bucket.B.arn}/*"],
        "n": 1,
        "a:b": "${f(x, [1])}",
    }


@given(st.text(alphabet='{}[]",=:$ab1 \n\\', max_size=30))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    try:
        encoded = hcl_expressions.json_of_jsonencode(f"jsonencode({text})")
    except hcl_expressions.NotLiteralError as rejected:
        assert str(rejected) in f"jsonencode({text})"  # noqa: PT017
    else:
        assert json.dumps(json.loads(encoded))
