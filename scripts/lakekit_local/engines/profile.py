"""Profiles of engines: one TOML file each in ``profiles/``.

A profile says which resources of the deployment are the engine, with which role it runs, and which calls it makes.
Every call names its source, which is never a policy of this project: a recording of the engine, documentation of the
service, or the engine's code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lakekit.errors import LakekitError
from lakekit_policies.shared.regular_file import read_regular_text

FOLDER: Final = Path(__file__).parent / "profiles"
_ACTION: Final = r"^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$"
Scope = Literal["instance", "read", "written"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallGroup(_Part):
    """Calls with one source."""

    source: str = Field(min_length=10)
    """Page, recording or code that shows that the engine makes the calls."""
    actions: tuple[Annotated[str, Field(pattern=_ACTION)], ...] = Field(min_length=1)
    resources: tuple[str, ...] = Field(min_length=1)
    """ARNs with variables in braces; a variable with several values makes several ARNs."""
    each: Scope = "instance"
    """Once per instance, or for each table that the instance reads or writes."""
    context: Mapping[str, str] = Field(default_factory=dict)
    """Condition keys of the request."""
    when: str = ""
    """Only for instances that have this variable."""


class Recorded(_Part):
    """Calls of a recording."""

    source: str = Field(min_length=10)
    recording: str
    """Name of the file in ``recordings/``."""
    phases: tuple[str, ...] = Field(min_length=1)
    each: Literal["read", "written"]


class Linked(_Part):
    """A variable from another resource of the deployment, which the engine's resource names."""

    type: str
    """Terraform type of the other resource."""
    by: str
    """Attribute of the other resource that identifies it."""
    equals: str
    """JMESPath of its values in the attributes of the engine's resource; ``linked.name`` is an earlier variable."""
    value: str
    """JMESPath of the variable in the attributes of the other resource."""


class LeftOut(_Part):
    """A permission that the documentation has and the role does not, on purpose."""

    actions: tuple[Annotated[str, Field(pattern=_ACTION)], ...] = Field(min_length=1)
    reason: str = Field(min_length=20)


class Profile(_Part):
    """The calls of one engine."""

    name: str = ""
    title: str
    made_by: str
    """The construct that makes the role or the policy."""
    principal: str
    """The service that assumes the role, or sends the requests itself if there is no role."""
    resource: str
    """Terraform type of the engine's resources."""
    role: str = ""
    """JMESPath of the role's ARN or name in the attributes of the resource; empty for a service without a role."""
    assumed_by: str = ""
    """JMESPath of the ARN of a principal that assumes the role, if that is not the service."""
    source_arn: str = ""
    """JMESPath of the resource for which the service assumes the role (``aws:SourceArn``)."""
    in_vpc: bool = False
    """Whether its requests pass the endpoints of the VPC."""
    tables: str = ""
    """JMESPath of objects with ``database`` and ``name`` that it writes; empty for the tables that are granted."""
    values: Mapping[str, str] = Field(default_factory=dict)
    """JMESPath of further variables."""
    linked: Mapping[str, Linked] = Field(default_factory=dict)
    """Further variables from other resources."""
    calls: tuple[CallGroup, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def reason_left_out(self, action: str) -> str:
        """Why the role does not have a documented permission; empty if it should have it."""
        return next((one.reason for one in self.left_out if action in one.actions), "")


def load_profile(file: Path) -> Profile:
    """Read a profile.

    Raises:
        LakekitError: it is not valid; the error names file and key.
    """
    try:
        document = tomllib.loads(read_regular_text(file))
        made = Profile.model_validate({**document, "name": file.stem})
    except tomllib.TOMLDecodeError as error:
        raise LakekitError(f"not a TOML file: {error}", where=str(file), fix="correct the syntax") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise LakekitError(f"{key}: {first['msg']}", where=str(file), fix="see `Profile` in profile.py") from error
    if not made.calls and not made.recorded:
        raise LakekitError("the profile has no calls", where=str(file), fix="add [[calls]] or [[recorded]]")
    return made


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by name."""
    return tuple(load_profile(file) for file in sorted(FOLDER.glob("*.toml")))


def variables_of(text: str) -> list[str]:
    """The variables of a template."""
    return re.findall(r"\{([a-z_]+)\}", text)
