"""Model of ``policies/waivers.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# "temporary" and "false positive" are too short to be a reason.
_REASON_LETTERS = 20


def _text_of_date(value: object) -> object:
    """Accept a date that YAML has parsed, and reject a date with a time."""
    if isinstance(value, str) or type(value) is date:
        return value
    raise ValueError("write a date as YYYY-MM-DD")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WaiverEntry(_Section):
    """One accepted finding: one policy, one location, one environment."""

    policy: Annotated[str, Field(min_length=1, description="Id of the rule: LK_S3_4. One policy, no wildcard.")]
    path: Annotated[
        str,
        Field(
            min_length=1,
            description="Construct path such as prod-storage/Lake/Raw; everything below is included. `*` matches "
            "part of a name, `**` for any number of names. Give this or address.",
        ),
    ] = ""
    address: Annotated[
        str,
        Field(
            min_length=1,
            description="Terraform address such as aws_s3_bucket.raw, for configurations without construct paths.",
        ),
    ] = ""
    environment: Annotated[str, Field(min_length=1, description="Environment to which it applies: prod.")]
    reason: Annotated[
        str,
        Field(
            min_length=_REASON_LETTERS,
            description="Why the finding is acceptable, understandable without further context.",
        ),
    ]
    owner: Annotated[str, Field(pattern=r"^\S+@\S+\.\S+$", description="Mail address of the owner.")]
    ticket: Annotated[str, Field(min_length=2, description="Ticket of the fix: LAKE-123 or a link.")]
    expires: Annotated[
        date,
        BeforeValidator(_text_of_date, json_schema_input_type=str),
        Field(description="Last day of validity, YYYY-MM-DD: at most 180 days ahead, 30 for a critical policy."),
    ]

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if bool(self.path) is bool(self.address):
            raise ValueError("give exactly one of `path` and `address`")
        return self


class WaiverFile(_Section):
    """The waiver ledger of a project."""

    waivers: Annotated[list[WaiverEntry], Field(description="Accepted findings, each with an expiry date.")]
