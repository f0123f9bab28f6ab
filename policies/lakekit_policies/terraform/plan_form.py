"""Check the form of a plan before it is evaluated: every part that rules read has the expected type.

The models follow https://developer.hashicorp.com/terraform/internals/json-format. Keys without a field are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from lakekit_policies.errors import GateError

MAX_DEPTH: Final = 100
"""Levels of objects and lists in a plan. Terraform prints two per module and a few per resource."""

_EXPECTED: Final = {
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "bool_type": "true or false",
    "missing": "a value",
    "too_short": "a list that is not empty",
}


def check_form(document: Mapping[str, Any], file: object) -> None:
    """Check a plan document.

    Raises:
        GateError: a part does not have the form that ``terraform show -json`` prints; names the part.
    """
    if _is_too_deep(document):
        raise GateError("plan_form", f"{file}: nested deeper than {MAX_DEPTH} levels. {_ADVICE}")
    try:
        _Plan.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise GateError("plan_form", f"{file}: {_place(first['loc'])}: {_problem(first)}. {_ADVICE}") from None


_ADVICE: Final = "Give the unchanged output of `terraform show -json PLAN`."


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, Mapping) else value)
            if isinstance(child, (Mapping, list))
        ]
        if not level:
            return False
    return True


def _place(location: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).removeprefix(".")


def _problem(error: ErrorDetails) -> str:
    expected = _EXPECTED.get(error["type"])
    if expected is None:
        return error["msg"]
    given = "" if error["type"] == "missing" else f", got {type(error['input']).__name__}"
    return f"expected {expected}{given}"


def _expression(value: Any) -> Any:
    """An expression, a block, or a list of blocks; arguments of a block are expressions again."""
    for block in value if isinstance(value, list) else [value]:
        if not isinstance(block, Mapping):
            raise PydanticCustomError(
                "expression", "expected an expression or a block, got {kind}", {"kind": type(block).__name__}
            )
        if "constant_value" in block:
            continue
        stated = block.get("references")
        if isinstance(stated, list) and all(isinstance(one, str) for one in stated):
            continue
        for argument in block.values():
            _expression(argument)
    return value


def _later(value: Any) -> Any:
    """Unknown attributes; `false` stands for none."""
    if value not in (None, False) and not isinstance(value, Mapping):
        raise PydanticCustomError("later", "expected an object or false, got {kind}", {"kind": type(value).__name__})
    return value


_Text = Annotated[str, StringConstraints(min_length=1)]
_Object = dict[str, Any]
_Expression = Annotated[Any, AfterValidator(_expression)]
_Expressions = dict[str, _Expression]
_Action = Literal["no-op", "create", "read", "update", "delete", "forget"]


class _Resource(BaseModel):
    address: _Text
    type: _Text
    name: _Text
    mode: str = "managed"


class _PlannedResource(_Resource):
    values: _Object | None = None


class _PlannedModule(BaseModel):
    resources: list[_PlannedResource] | None = None
    child_modules: list[_PlannedModule] | None = None


class _Values(BaseModel):
    root_module: _PlannedModule = Field(default_factory=_PlannedModule)
    outputs: dict[str, _Object] | None = None


class _State(BaseModel):
    values: _Values | None = None


class _ValueChange(BaseModel):
    actions: Annotated[list[_Action], Field(min_length=1)]
    before: _Object | None = None
    after: _Object | None = None
    after_unknown: Annotated[Any, AfterValidator(_later)] = None
    replace_paths: list[list[Any]] | None = None


class _ResourceChange(_Resource):
    change: _ValueChange
    action_reason: str = ""
    deposed: str | None = None
    previous_address: str | None = None


class _Provisioner(BaseModel):
    type: _Text


class _ConfiguredResource(_Resource):
    provider_config_key: str | None = None
    expressions: _Expressions | None = Field(default_factory=dict)
    provisioners: list[_Provisioner] | None = None
    count_expression: _Expression = Field(default_factory=dict)
    for_each_expression: _Expression = Field(default_factory=dict)


class _Output(BaseModel):
    expression: _Expression = Field(default_factory=dict)


class _ActionBlock(BaseModel):
    type: str = ""
    name: str = ""
    address: str = ""


class _ModuleCall(BaseModel):
    source: str = ""
    expressions: _Expressions | None = Field(default_factory=dict)
    module: _ConfiguredModule | None = None


class _ConfiguredModule(BaseModel):
    resources: list[_ConfiguredResource] | None = None
    module_calls: dict[str, _ModuleCall] | None = None
    variables: dict[str, _Object] | None = None
    outputs: dict[str, _Output] | None = None
    actions: list[_ActionBlock] | None = None


class _Provider(BaseModel):
    name: str | None = None
    full_name: str | None = None
    version_constraint: str | None = None
    alias: str | None = None
    expressions: _Expressions | None = Field(default_factory=dict)


class _Configuration(BaseModel):
    root_module: _ConfiguredModule = Field(default_factory=_ConfiguredModule)
    provider_config: dict[str, _Provider] | None = None


class _Address(BaseModel):
    to_display: str = ""


class _Check(BaseModel):
    address: _Address


class _Plan(BaseModel):
    planned_values: _Values
    resource_changes: list[_ResourceChange] | None = None
    prior_state: _State | None = None
    configuration: _Configuration | None = None
    variables: dict[str, _Object] | None = None
    checks: list[_Check] | None = None
    deferred_changes: list[_Object] | None = None
    action_invocations: list[_ActionBlock] | None = None
    complete: StrictBool = True
    applyable: StrictBool = True
