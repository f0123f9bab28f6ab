"""Parse Terraform expressions to trees of tuples: ``(name, operand, …)``.

Grammar: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Heredocs and directives (``%{ if }``) are not
parsed.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final, TypeAlias

from lakekit_policies.terraform.evaluation.tokens import Tokens
from lakekit_policies.terraform.evaluation.values import UndecidedError

Tree: TypeAlias = tuple[Any, ...]
For: TypeAlias = tuple[Tree | None, Tree, Tree | None, bool]
"""Key, value and condition of a ``for`` expression, and whether its values are grouped by key."""
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_POWER: Final = {
    **{"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4},
    **{"+": 5, "-": 5, "*": 6, "/": 6, "%": 6},
}


@lru_cache(maxsize=4096)
def expression(text: str) -> Tree:
    """The tree of an expression.

    Raises:
        UndecidedError: it is not of the grammar that is read here.
    """
    parser = _Parser(text, 0)
    found = parser.expression()
    parser.take("")
    return found


@lru_cache(maxsize=4096)
def template(text: str) -> Tree:
    """The tree of a template: a text of a JSON configuration.

    Raises:
        UndecidedError: it is not of the grammar that is read here.
    """
    parser = _Parser(text, 0, at_text=True)
    return parser.template("", escapes=False)


class _Parser(Tokens):
    def __init__(self, text: str, at: int, *, at_text: bool = False) -> None:
        super().__init__(text, at)
        if not at_text:
            self._next()

    def template(self, end: str, *, escapes: bool) -> Tree:
        """The parts of a text up to a quotation mark or the end; moves past it without reading a token."""
        parts: list[Tree] = []
        plain: list[str] = []
        while True:
            char = self._text[self._at : self._at + 1]
            if char == end:
                self._at += len(end)
                break
            if char == "" or (char == "\n" and end):
                raise UndecidedError(self._text)
            ahead = self._text[self._at : self._at + 3]
            if ahead in ("$${", "%%{"):
                plain.append(ahead[1:])
                self._at += 3
            elif ahead.startswith("%{"):
                raise UndecidedError(self._text)
            elif ahead.startswith("${"):
                if plain:
                    parts.append(("literal", "".join(plain)))
                    plain = []
                parts.append(self._interpolation())
            elif escapes and char == "\\":
                plain.append(self._escape())
            else:
                plain.append(char)
                self._at += 1
        if plain or not parts:
            parts.append(("literal", "".join(plain)))
        return parts[0] if len(parts) == 1 else ("template", tuple(parts))

    def _interpolation(self) -> Tree:
        if self._text.startswith("~", self._at + 2):
            raise UndecidedError(self._text)
        inner = _Parser(self._text, self._at + 2)
        inner._lines = 1
        inner._skip_lines()
        found = inner.expression()
        if inner._piece != "}":
            raise UndecidedError(self._text)
        self._at = inner._at
        return found

    def expression(self) -> Tree:
        """A condition, or an operation."""
        condition = self._operation(0)
        if self._piece != "?":
            return condition
        self._next()
        one = self.expression()
        self.take(":")
        return ("condition", condition, one, self.expression())

    def _operation(self, power: int) -> Tree:
        left = self._unary()
        while self._kind == "sign" and _POWER.get(self._piece, 0) > power:
            sign = self._piece
            self._next()
            left = ("operation", sign, left, self._operation(_POWER[sign]))
        return left

    def _unary(self) -> Tree:
        if self._kind == "sign" and self._piece in ("!", "-"):
            sign = self._piece
            self._next()
            return ("unary", sign, self._unary())
        return self._steps(self._term())

    def _steps(self, of: Tree) -> Tree:
        while self._kind == "sign" and self._piece in (".", "["):
            opening = self._piece
            if opening == "[":
                self._open()
                if self._piece == "*":
                    self._next()
                    self._close("]")
                    return ("splat", of, self._rest())
                of = ("index", of, self.expression())
                self._close("]")
                continue
            self._next()
            if self._piece == "*":
                self._next()
                return ("splat", of, self._attributes(("element",)))
            if self._kind not in ("name", "number"):
                raise UndecidedError(self._text)
            of = ("index", of, ("literal", self._piece if self._kind == "name" else json.loads(self._piece)))
            self._next()
        return of

    def _rest(self) -> Tree:
        """The steps after ``[*]``, taken of each element."""
        return self._steps(("element",))

    def _attributes(self, of: Tree) -> Tree:
        """The attributes after ``.*``; a following index is of the whole list, and is not read here."""
        while self._piece == "." and self._kind == "sign":
            self._next()
            if self._kind != "name":
                raise UndecidedError(self._text)
            of = ("index", of, ("literal", self._piece))
            self._next()
        if self._piece == "[":
            raise UndecidedError(self._text)
        return of

    def _term(self) -> Tree:
        kind, piece = self._kind, self._piece
        if kind == "text":
            # `"${x}"` gives the value of x, also one that is no text.
            found = self.template('"', escapes=True)
            self._next()
            return found
        if kind == "number":
            self._next()
            return ("literal", json.loads(piece))
        if kind == "name":
            self._next()
            if self._piece == "(" and self._kind == "sign":
                return self._call(piece)
            return ("literal", _WORDS[piece]) if piece in _WORDS else ("name", piece)
        return self._bracket()

    def _bracket(self) -> Tree:
        if self._piece == "(":
            self._open()
            found = self.expression()
            self._close(")")
            return found
        if self._piece == "[":
            return self._list()
        if self._piece == "{":
            return self._object()
        raise UndecidedError(self._text)

    def _call(self, name: str) -> Tree:
        self._open()
        arguments: list[Tree] = []
        expanded = False
        while self._piece != ")" or self._kind != "sign":
            arguments.append(self.expression())
            if self._piece == "...":
                expanded = True
                self._next()
                break
            if self._piece != ")":
                self.take(",")
        self._close(")")
        return ("call", name, tuple(arguments), expanded)

    def _list(self) -> Tree:
        self._open()
        if self._kind == "name" and self._piece == "for":
            return self._for("]")
        items: list[Tree] = []
        while self._piece != "]" or self._kind != "sign":
            items.append(self.expression())
            if self._piece != "]":
                self.take(",")
        self._close("]")
        return ("list", tuple(items))

    def _object(self) -> Tree:
        outer, self._lines = self._lines, 0
        self._next()
        self._skip_lines()
        if self._kind == "name" and self._piece == "for":
            self._lines = outer + 1
            return self._for("}")
        items: list[tuple[Tree, Tree]] = []
        while self._piece != "}" or self._kind != "sign":
            in_parentheses = self._kind == "sign" and self._piece == "("
            key = self.expression()
            if key[0] == "name" and not in_parentheses:
                key = ("literal", key[1])
            if key[0] == "index" and not in_parentheses:
                raise UndecidedError(self._text)  # an error of Terraform without parentheses
            if self._piece not in ("=", ":"):
                raise UndecidedError(self._text)
            self._next()
            self._skip_lines()
            items.append((key, self.expression()))
            if self._piece not in (",", "\n", "}"):
                raise UndecidedError(self._text)
            if self._piece == ",":
                self._next()
            self._skip_lines()
        self._lines = outer
        self._next()
        return ("object", tuple(items))

    def _for(self, end: str) -> Tree:
        self._next()
        names = [self._name()]
        if self._piece == ",":
            self._next()
            names.append(self._name())
        if self._name() != "in":
            raise UndecidedError(self._text)
        collection = self.expression()
        self.take(":")
        value, key, grouped = self.expression(), None, False
        if self._piece == "=>":
            self._next()
            key, value = value, self.expression()
            if self._piece == "...":
                grouped = True
                self._next()
        condition = None
        if self._kind == "name" and self._piece == "if":
            self._next()
            condition = self.expression()
        if (key is None) is not (end == "]"):
            raise UndecidedError(self._text)
        self._close(end)
        return ("for", tuple(names), collection, (key, value, condition, grouped))

    def _name(self) -> str:
        if self._kind != "name":
            raise UndecidedError(self._text)
        found = self._piece
        self._next()
        return found
