"""Which expressions of a test are known to be non-empty collections: literals, and what was asserted before."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Final

_SAME_LENGTH: Final = ("sorted", "list", "tuple", "set", "frozenset", "enumerate", "reversed", "dict", "len")
_VIEWS: Final = ("items", "values", "keys", "split", "splitlines", "copy")
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Known:
    """Expressions, by their text, that hold something."""

    texts: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of_module(cls, tree: ast.Module) -> Known:
        """The constants of a module that are literals."""
        known = cls()
        for node in tree.body:
            known = known.after(node)
        return known

    def within(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Known:
        """The constants that a function's arguments do not hide; how much `*args` are is the callers' matter."""
        arguments = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
        rest = {function.args.vararg.arg} if function.args.vararg else set()
        return Known(self.texts - arguments | rest)

    def after(self, node: ast.stmt) -> Known:
        """What is known once a statement has run."""
        if isinstance(node, ast.Assert):
            return replace(self, texts=self.texts | proves(node.test, self))
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is None:
            return self
        texts = set(self.texts)
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                # `(one,) = found` and `first, *_ = found` fail on an empty collection.
                texts.add(ast.unparse(_bare(value)))
            elif self.holds(value):
                texts.add(ast.unparse(target))
            else:
                texts.discard(ast.unparse(target))
        return replace(self, texts=frozenset(texts))

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression is a collection of at least one item."""
        if ast.unparse(node) in self.texts or ast.unparse(_bare(node)) in self.texts:
            return True
        match node:
            case ast.Constant(value=str() | bytes() as text):
                found = bool(text)
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                found = any(not isinstance(one, ast.Starred) or self.holds(one.value) for one in items)
            case ast.Dict(keys=keys, values=values):
                found = any(key is not None or self.holds(value) for key, value in zip(keys, values, strict=True))
            case ast.BinOp(op=ast.Add() | ast.BitOr(), left=left, right=right):
                found = self.holds(left) or self.holds(right)
            case ast.IfExp(body=one, orelse=other):
                found = self.holds(one) and self.holds(other)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                found = all(not one.ifs and self.holds(one.iter) for one in node.generators)
            case ast.Call():
                found = self._call(node)
            case _:
                found = False
        return found

    def _call(self, node: ast.Call) -> bool:
        name = ast.unparse(node.func)
        if name == "nonempty":
            return True
        if name == "range":
            return any(isinstance(one, ast.Constant) and bool(one.value) for one in node.args)
        if name == "zip":
            strict = any(one.arg == "strict" and ast.unparse(one.value) == "True" for one in node.keywords)
            return (any if strict else all)(map(self.holds, node.args))
        if name in ("itertools.product", "product"):
            return all(map(self.holds, node.args))
        if name in _SAME_LENGTH and node.args:
            return self.holds(node.args[0])
        return isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS and self.holds(node.func.value)


def proves(test: ast.expr, known: Known) -> frozenset[str]:
    """The collections (or counts) that an assertion shows to be non-empty."""
    shown: ast.expr | None = None
    match test:
        case ast.BoolOp(op=ast.And(), values=parts):
            return frozenset().union(*(proves(one, known) for one in parts))
        case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
            shown = test
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Gt() | ast.GtE() as kind, *_], comparators=[*_, right]):
            if isinstance(right, ast.Constant) and isinstance(right.value, int):
                shown = left if _counts(left) and right.value + isinstance(kind, ast.Gt) > 0 else None
            elif not isinstance(kind, ast.Gt) and known.holds(right):
                shown = left
        case ast.Compare(left=left, ops=[ast.LtE()], comparators=[right]) if known.holds(left):
            shown = right
        case ast.Compare(ops=[ast.In()], comparators=[right]):
            shown = right
    return frozenset({ast.unparse(_bare(shown))} if shown is not None else ())


def _counts(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "len")


def _bare(node: ast.expr) -> ast.expr:
    """A collection without what leaves its length as it is, or can only shrink it."""
    while True:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _SAME_LENGTH and node.args:
            node = node.args[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS:
            node = node.func.value
        elif isinstance(node, _COMPREHENSIONS):
            node = node.generators[0].iter
        else:
            return node
