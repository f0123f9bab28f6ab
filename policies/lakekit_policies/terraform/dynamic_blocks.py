"""Expand dynamic blocks of a stack, and read those of a plan, whose configuration does not list them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import block_schema, dynamic_content, hcl_expressions, schema, written_blocks
from lakekit_policies.terraform.blocks import as_list

UNKNOWN: Final = "${unknown}"
"""Text in place of an unknown value of a dynamic block."""
UNKNOWN_BLOCK: Final = "${unknown block}"
"""Text in place of a dynamic block inside of another one whose instances and content are not known."""
_MAX_DEPTH: Final = 20
"""Most dynamic blocks in one another."""
_NO_CONSTANTS: Final[Mapping[str, Any]] = {}


def expanded(body: Mapping[str, Any], at: str, constants: Mapping[str, Any] = _NO_CONSTANTS) -> dict[str, Any]:
    """The body with the content of its ``dynamic`` blocks; the number of blocks is known at plan.

    Args:
        body: a resource or a block as it is written. Blocks inside of it stay.
        at: address for the error.
        constants: values of local values and variables by name, for ``for_each``.

    Raises:
        GateError: a dynamic block is not an object.
    """
    if not body.get("dynamic"):
        return dict(body)
    plain = {name: value for name, value in body.items() if name != "dynamic"}
    for part in as_list(body["dynamic"]):
        if not isinstance(part, Mapping):
            raise GateError("not_a_configuration", f"{at}: a dynamic block is not an object")
        for name, settings in part.items():
            for setting in as_list(settings):
                plain[name] = [*as_list(plain.get(name)), *dynamic_content.contents(name, setting, constants)]
    return plain


def undecided(body: Mapping[str, Any], constants: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The blocks of a resource that are, or contain, dynamic ones whose number is not decided.

    Yields:
        The name, and whether the number depends on a variable whose value only the plan shows.
    """
    for name, setting in _settings(body):
        number = dynamic_content.elements_of(setting, constants)
        if not dynamic_content.is_decided(number):
            yield name, not number.is_final
    for name, value in (expanded(body, "dynamic", constants) if has_dynamic(body) else body).items():
        for block in as_list(value):
            if isinstance(block, Mapping) and name != "//":
                yield from ((name, is_choice) for _, is_choice in undecided(block, constants))


def left_out(body: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The contents of dynamic blocks without instances, by the block of the resource that they are, or are in."""
    found: dict[str, list[Any]] = {}
    for name, setting in _settings(body):
        if not dynamic_content.contents(name, setting, constants):
            found[name] = [*found.get(name, ()), *as_list(setting.get("content"))]
    for name, value in (expanded(body, "dynamic", constants) if has_dynamic(body) else body).items():
        inner = [left_out(one, constants) for one in as_list(value) if isinstance(one, Mapping) and name != "//"]
        if any(inner):
            found[name] = [*found.get(name, ()), *(one for one in inner if one)]
    return found


def _settings(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and settings of the dynamic blocks of a resource, or of a block."""
    if not has_dynamic(body):
        return
    for part in as_list(body["dynamic"]):
        for name, settings in part.items() if isinstance(part, Mapping) else ():
            yield from ((name, one) for one in as_list(settings) if isinstance(one, Mapping))


def check_depth(body: Mapping[str, Any], at: str) -> None:
    """Check how deep dynamic blocks are nested.

    Raises:
        GateError: more than 20 are nested in one another; resource types of hashicorp/aws 5.100.0 allow fewer.
    """
    level, depth = [body], 0
    while level := [setting for block in level for setting in _nested(block)]:
        depth += 1
        if depth > _MAX_DEPTH:
            raise GateError(
                "too_deep",
                f"{at}: more than {_MAX_DEPTH} dynamic blocks are nested in one another; no resource type has so many.",
            )


def _nested(body: Any) -> Iterator[Any]:
    """The dynamic blocks of a value that are in no other one."""
    left = [body]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left += (item for name, item in value.items() if name != "dynamic")
            yield from as_list(value.get("dynamic"))
        elif isinstance(value, list):
            left += value


def has_dynamic(value: Mapping[str, Any]) -> bool:
    """Whether an object is a block with dynamic ones, not a map with a key of that name."""
    parts = as_list(value.get("dynamic"))
    settings = [one for part in parts if isinstance(part, Mapping) for named in part.values() for one in as_list(named)]
    return bool(settings) and all(isinstance(one, Mapping) and "content" in one for one in settings)


def is_in(value: Any) -> bool:
    """Whether a value contains unknown values of dynamic blocks."""
    if isinstance(value, Mapping):
        return any(map(is_in, value.values()))
    return any(map(is_in, value)) if isinstance(value, list) else value in (UNKNOWN, UNKNOWN_BLOCK)


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills what is unknown in blocks without expressions.

    Attributes:
        kind: resource type.
        identities: addresses of the resources to whose identity a reference is inserted.
        constants: values of local values and variables by name.
        is_stated: whether a stack shows the resource as it is written.
    """

    kind: str
    identities: Collection[str] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    is_stated: bool = False

    def fill(self, value: Any, unknown: Any, written: Any, path: tuple[str, ...]) -> Any:
        """The blocks of a dynamic block with a text for what is unknown in them; other values are kept.

        Without the stack, whether the configuration sets an unknown value is not known either.

        Args:
            value: the planned blocks.
            unknown: what of them is unknown.
            written: the blocks of this name as the stack writes them; None without a stack.
            path: names that lead to them.
        """
        if not (isinstance(value, list) and isinstance(unknown, list) and len(value) == len(unknown)):
            return value
        stated = as_list(written)
        stated = stated if all(isinstance(one, Mapping) for one in stated) else []
        bodies, parts = [self._expanded(one) for one in stated], self.inner(stated)
        made = [
            self._block(block, later, bodies, parts, path)
            if isinstance(block, Mapping) and isinstance(later, Mapping)
            else block
            for block, later in zip(value, unknown, strict=True)
        ]
        return made if any(new is not old for new, old in zip(made, value, strict=True)) else value

    def unknown_block(self, written: Any, path: tuple[str, ...]) -> list[Any] | str | None:
        """What stands for a block whose instances are not known: its content as written, ``UNKNOWN_BLOCK`` or None.

        None if it is not set and the provider computes it.
        """
        if bodies := [one for one in as_list(written) if isinstance(one, Mapping)]:
            return [self._written(body, path) for body in bodies]
        return UNKNOWN_BLOCK if not self.is_stated and block_schema.is_dynamic(self.kind, path) else None

    def inner(self, written: Any) -> dict[str, list[Any]]:
        """The values inside of blocks by name, those of all blocks in one list."""
        found: dict[str, list[Any]] = {}
        for block in as_list(written):
            for name, value in self._expanded(block).items() if isinstance(block, Mapping) else ():
                found[name] = [*found.get(name, ()), *as_list(value)]
        return found

    def _block(
        self,
        block: Mapping[str, Any],
        unknown: Mapping[str, Any],
        bodies: list[Mapping[str, Any]],
        parts: Mapping[str, list[Any]],
        at: tuple[str, ...],
    ) -> Mapping[str, Any]:
        added = {}
        for name, later in unknown.items():
            if later is True and not block.get(name) and block_schema.is_block(self.kind, (*at, name)):
                found = self.unknown_block(parts.get(name), (*at, name)) or block.get(name)
            elif later is True and block.get(name) is None:
                found = written_blocks.reference(name, block, bodies, self.identities) if bodies else UNKNOWN
                is_computed = found is not None and schema.load().takes_no_identity(self.kind, name)
                found = UNKNOWN if is_computed or found is written_blocks.UNCLEAR else found
            else:
                found = self.fill(block.get(name), later, parts.get(name), (*at, name))
            if found is not block.get(name):
                added[name] = found
        return {**block, **added} if added else block

    def _expanded(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return expanded(body, "dynamic", self.constants) if has_dynamic(body) else body

    def _written(self, value: Any, path: tuple[str, ...]) -> Any:
        """A value of a stack in the form of a plan."""
        if isinstance(value, Mapping):
            body = {
                name: self._written(item, (*path, name))
                for name, item in self._expanded(value).items()
                if item is not None and name != "//"
            }
            return {
                name: [item] if isinstance(item, dict) and block_schema.is_block(self.kind, (*path, name)) else item
                for name, item in body.items()
            }
        if isinstance(value, list):
            return [self._written(item, path) for item in value]
        expression = hcl_expressions.whole(value) if isinstance(value, str) else None
        if expression is None:
            return hcl_expressions.unescape(value) if isinstance(value, str) else value
        if expression in self.constants:
            return self._written(self.constants[expression], path)
        try:
            return hcl_expressions.json_of_jsonencode(expression)
        except hcl_expressions.NotLiteralError:
            found = written_blocks.identity(value, self.identities)
            return value if found is written_blocks.UNCLEAR else found


def known(
    kind: str, planned: Mapping[str, Any], written: Mapping[str, Any], *, is_new: bool = False, is_inside: bool = False
) -> dict[str, Any]:
    """The dynamic blocks of a resource, or of a block, with what is known of them; in a block, arguments too.

    A block without an expression of its own is listed beside those that have one: it can set other arguments.

    Args:
        kind: resource type.
        planned: its planned values.
        written: its arguments with an expression.
        is_new: whether the plan creates the resource. Otherwise, blocks can have values that were read from AWS.
        is_inside: whether the values are those of a block.
    """
    found: dict[str, Any] = {}
    for name, value in planned.items():
        if name in written or value in (None, "", [], {}, UNKNOWN_BLOCK):
            continue
        if not isinstance(value, list) or not isinstance(value[0], Mapping):
            found |= {name: value} if is_inside else {}
            continue
        # Of a new resource, what the provider computes is unknown: what is known is written.
        is_block = schema.load().is_block(kind, name) or (is_new and not kind.startswith("snowflake_"))
        is_block = is_block or _is_snowflake_block(kind, name)
        if is_block and (is_new or is_inside or block_schema.is_dynamic(kind, (name,))):
            found[name] = [_known(block) for block in value]
    return found


def _is_snowflake_block(kind: str, name: str) -> bool:
    """Whether a list of objects is a block; the provider computes those that describe the object."""
    return kind.startswith("snowflake_") and not name.endswith("_output") and name != "parameters"


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _known(part) for name, part in value.items() if part not in (None, "", UNKNOWN_BLOCK)}
    return [_known(part) for part in value] if isinstance(value, list) else value
