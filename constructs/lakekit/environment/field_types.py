"""Base model and value types of environment files."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class StrictModel(BaseModel):
    """A section of an environment file: immutable, unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def not_reserved(key: str) -> str:
    """Reject the key of a tag that AWS reserves.

    Raises:
        ValueError: the key begins with `aws:`.
    """
    if key.startswith("aws:"):
        raise ValueError(f"{key!r}: keys that begin with 'aws:' are reserved by AWS; choose another prefix")
    return key


ShortName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,11}$")]
KebabCaseName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
# Every region of every partition has this form ("AWS Regions", AWS Account Management); a typing error has not.
_DIRECTION = "north|south|east|west|central|northeast|southeast|northwest|southwest"
_AREA = "[a-z]{2}|us-gov|us-iso[a-z]?|eu-isoe|eusc-de"
Region = Annotated[str, StringConstraints(pattern=rf"^({_AREA})-({_DIRECTION})-[1-9]$")]
# Tag values that AWS allows, except the empty string.
TAG_TEXT = r"^[\w.:/=+@ -]+$"
TagText = Annotated[str, StringConstraints(pattern=TAG_TEXT, max_length=256)]
# Keys that begin with `aws:` are reserved ("Best practices and strategies", Tagging AWS Resources).
TagKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9:-]*$", max_length=127), AfterValidator(not_reserved)]
RoleNameOrArn = Annotated[
    str,
    StringConstraints(pattern=r"^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+|[\w+=,.@-]+)$", max_length=600),
]
Days = Annotated[int, Field(ge=1, le=3650)]
