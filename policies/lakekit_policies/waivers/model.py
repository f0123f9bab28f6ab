"""The form of ``policies/waivers.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# Long enough that "temporary" and "false positive" are not a reason.
_REASON_LETTERS = 20


def _text_of_date(value: object) -> object:
    """YAML reads an unquoted date as one; a date and time is not meant."""
    if isinstance(value, str) or type(value) is date:
        return value
    raise ValueError("write a date as YYYY-MM-DD")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WaiverEntry(_Section):
    """One accepted finding: of one policy, at one place, in one environment."""

    policy: Annotated[str, Field(min_length=1, description="Id of the rule: LK_S3_4. One policy, no wildcard.")]
    path: Annotated[
        str,
        Field(
            min_length=1,
            description="Construct path such as prod-storage/Lake/Raw; what is below is covered too. `*` stands for "
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
    environment: Annotated[str, Field(min_length=1, description="The environment it counts in: prod.")]
    reason: Annotated[
        str,
        Field(min_length=_REASON_LETTERS, description="Why this is acceptable, for somebody who was not there."),
    ]
    owner: Annotated[str, Field(pattern=r"^\S+@\S+\.\S+$", description="Mail address of who answers for it.")]
    ticket: Annotated[str, Field(min_length=2, description="Where the repair is planned: LAKE-123 or a link.")]
    expires: Annotated[
        date,
        BeforeValidator(_text_of_date, json_schema_input_type=str),
        Field(
            description="The last day on which it counts, YYYY-MM-DD: at most 180 days ahead, 30 for a critical policy."
        ),
    ]

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if bool(self.path) is bool(self.address):
            raise ValueError("give either `path` or `address`, and one of them")
        return self


class WaiverFile(_Section):
    """The waiver ledger of a project."""

    waivers: Annotated[list[WaiverEntry], Field(description="Accepted findings, each with an end.")]
