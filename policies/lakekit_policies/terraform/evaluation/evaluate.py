"""The value of an expression of one module, as far as it is decided by literals, local values and variables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.terraform.evaluation import functions, operations, parse
from lakekit_policies.terraform.evaluation.values import (
    MAX_SIZE,
    UNKNOWN,
    EvaluationError,
    UndecidedError,
    chosen,
    has_unknown,
    to_bool,
    to_text,
)

_MAX_STEPS: Final = 50_000
"""Steps of one evaluation."""
_NO_NAMES: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The value of an expression.

    Attributes:
        value: the value; ``UNKNOWN``, or with it in its parts, where it is not decided.
        is_final: whether no variable was read whose value can still change.
    """

    value: Any
    is_final: bool = True


class Scope:
    """The local values and variables of a module.

    Args:
        locals_: expressions of local values by name, as a JSON configuration writes them.
        variables: values of variables by name.
        defaults: names of the variables whose values are defaults, which a plan can change.
    """

    def __init__(
        self,
        locals_: Mapping[str, Any] = _NO_NAMES,
        variables: Mapping[str, Any] = _NO_NAMES,
        defaults: Collection[str] = (),
    ) -> None:
        self._locals, self._variables = locals_, variables
        self._defaults = frozenset(defaults)
        self._known: dict[str, Evaluated] = {}
        self._open: set[str] = set()
        self._is_final = True
        self._left = _MAX_STEPS

    def written(self, value: Any, names: Mapping[str, Any] = _NO_NAMES) -> Evaluated:
        """The value of an argument of a JSON configuration, whose texts are templates.

        Args:
            value: the argument.
            names: values of iterators, ``each`` and the like by name.
        """
        self._left = _MAX_STEPS
        return self._guarded(lambda: self._written(value, names))

    def _guarded(self, run: Any) -> Evaluated:
        outer, self._is_final = self._is_final, True
        try:
            found = run()
        except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
            found = UNKNOWN
        made = Evaluated(found, self._is_final)
        self._is_final = outer
        return made

    def _written(self, value: Any, names: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return {self._key(name, names): self._item(one, names) for name, one in value.items()}
        if isinstance(value, list):
            return [self._item(one, names) for one in value]
        if not isinstance(value, str) or ("${" not in value and "%{" not in value):
            return value
        return self._of(parse.template(value), names)

    def _item(self, value: Any, names: Mapping[str, Any]) -> Any:
        try:
            return self._written(value, names)
        except UndecidedError:
            return UNKNOWN

    def _key(self, name: Any, names: Mapping[str, Any]) -> str:
        return to_text(self._written(name, names)) if "${" in str(name) else str(name)

    def _of(self, tree: parse.Tree, names: Mapping[str, Any]) -> Any:
        self._left -= 1
        if self._left < 0:
            raise UndecidedError("too long")
        found = getattr(self, f"_{tree[0]}")(names, *tree[1:])
        if isinstance(found, str | list | dict) and len(found) > MAX_SIZE:
            raise UndecidedError("too large")
        return found

    def _part(self, tree: parse.Tree, names: Mapping[str, Any]) -> Any:
        """The value of an element, which can be unknown beside others."""
        try:
            return self._of(tree, names)
        except UndecidedError:
            return UNKNOWN

    def _literal(self, _names: Mapping[str, Any], value: Any) -> Any:
        return value

    def _element(self, names: Mapping[str, Any]) -> Any:
        return names["*"]

    def _template(self, names: Mapping[str, Any], parts: tuple[parse.Tree, ...]) -> Any:
        return "".join(to_text(self._of(one, names)) for one in parts)

    def _name(self, names: Mapping[str, Any], name: str) -> Any:
        if name in names:
            return names[name]
        raise UndecidedError(name)

    def _index(self, names: Mapping[str, Any], of: parse.Tree, key: parse.Tree) -> Any:
        if of[0] == "name" and of[1] in ("local", "var") and of[1] not in names:
            return self._named(str(of[1]), str(key[1])) if key[0] == "literal" else UNKNOWN
        return operations.attribute(self._of(of, names), self._of(key, names))

    def _named(self, root: str, name: str) -> Any:
        reference = f"{root}.{name}"
        if root == "var":
            self._is_final &= name in self._variables and name not in self._defaults
            if name not in self._variables:
                raise UndecidedError(reference)
            return self._variables[name]
        if reference not in self._known:
            if name not in self._locals or reference in self._open:
                raise UndecidedError(reference)
            self._open.add(reference)
            left, self._left = self._left, _MAX_STEPS
            self._known[reference] = self._guarded(lambda: self._written(self._locals[name], _NO_NAMES))
            self._left = left
            self._open.discard(reference)
        found = self._known[reference]
        self._is_final &= found.is_final
        return found.value

    def _splat(self, names: Mapping[str, Any], of: parse.Tree, each: parse.Tree) -> Any:
        value = self._of(of, names)
        if value is UNKNOWN:
            return UNKNOWN
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [self._part(each, {**names, "*": one}) for one in items]

    def _list(self, names: Mapping[str, Any], items: tuple[parse.Tree, ...]) -> Any:
        return [self._part(one, names) for one in items]

    def _object(self, names: Mapping[str, Any], items: tuple[tuple[parse.Tree, parse.Tree], ...]) -> Any:
        return {to_text(self._of(key, names)): self._part(value, names) for key, value in items}

    def _for(self, names: Mapping[str, Any], bound: tuple[str, ...], collection: parse.Tree, body: parse.For) -> Any:
        key, value, condition, grouped = body
        made: list[Any] = []
        named: dict[str, Any] = {}
        for each in operations.elements(self._of(collection, names)):
            inner = {**names, **(dict(zip(bound, each, strict=True)) if len(bound) == 2 else {bound[0]: each[1]})}
            if condition is not None and not to_bool(self._of(condition, inner)):
                continue
            if key is None:
                made.append(self._part(value, inner))
                continue
            name = to_text(self._of(key, inner))
            if grouped:
                named.setdefault(name, []).append(self._part(value, inner))
            elif name in named:
                raise EvaluationError("two values for a key")
            else:
                named[name] = self._part(value, inner)
        return made if key is None else named

    def _condition(self, names: Mapping[str, Any], test: parse.Tree, one: parse.Tree, other: parse.Tree) -> Any:
        branches = (one, other) if to_bool(self._of(test, names)) else (other, one)
        value = self._of(branches[0], names)
        if value is None or value in ([], {}):
            return value
        outer = self._is_final
        try:
            unchosen = self._of(branches[1], names)
        except (EvaluationError, UndecidedError):
            unchosen = UNKNOWN
        self._is_final = outer
        if has_unknown(unchosen) or has_unknown(value):
            return operations.any_type(value, [MAX_SIZE])
        return chosen(value, unchosen)

    def _unary(self, names: Mapping[str, Any], sign: str, of: parse.Tree) -> Any:
        value = self._of(of, names)
        if sign == "!":
            return not to_bool(value)
        return -operations.whole(value)

    def _operation(self, names: Mapping[str, Any], sign: str, one: parse.Tree, other: parse.Tree) -> Any:
        if sign in ("&&", "||"):
            return self._logical(names, sign, one, other)
        left, right = self._of(one, names), self._of(other, names)
        if sign in ("==", "!="):
            return operations.equal(left, right) is (sign == "==")
        return operations.OPERATIONS[sign](operations.whole(left), operations.whole(right))

    def _logical(self, names: Mapping[str, Any], sign: str, one: parse.Tree, other: parse.Tree) -> bool:
        deciding, found = sign == "||", set[bool | None]()
        for tree in (one, other):
            try:
                found.add(to_bool(self._of(tree, names)))
            except EvaluationError as error:
                # Whether the other operand hides the error depends on the version of Terraform.
                raise UndecidedError(sign) from error
            except UndecidedError:
                found.add(None)
        if deciding not in found and None in found:
            raise UndecidedError(sign)
        return deciding in found if deciding else False not in found

    def _call(self, names: Mapping[str, Any], name: str, given: tuple[parse.Tree, ...], expanded: bool) -> Any:
        if name in ("try", "can"):
            return self._tried(names, name, given)
        arguments = [self._part(one, names) for one in given]
        if expanded:
            last = arguments.pop()
            if not isinstance(last, list):
                raise UndecidedError(name)
            arguments += last
        return functions.call(name, arguments, has_unknown)

    def _tried(self, names: Mapping[str, Any], name: str, given: tuple[parse.Tree, ...]) -> Any:
        for one in given:
            try:
                value = self._of(one, names)
            except EvaluationError:
                continue
            if has_unknown(value):
                return UNKNOWN
            return True if name == "can" else value
        if name == "can":
            return False
        raise EvaluationError("no expression without an error")
