"""The statements that `snowflake_execute` may run, and the statement that undoes each.

A positive list over the words of a statement, without comments: everything else is refused, whatever it is called and
however it is quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lakekit_policies.sql.parse import SqlError, Word, statements
from lakekit_policies.sql.read_only import is_read_only
from lakekit_policies.sql.words import Reader, heading, title

ALLOWED: Final = (
    "CREATE ICEBERG TABLE IF NOT EXISTS",
    "CREATE CATALOG INTEGRATION IF NOT EXISTS",
    "ALTER [ICEBERG] TABLE or VIEW … ADD ROW ACCESS POLICY",
    "ALTER [ICEBERG] TABLE or VIEW … COLUMN … SET MASKING POLICY",
    "ALTER ACCOUNT SET RESOURCE_MONITOR",
)
"""Objects and settings that the provider has no resource for; the last three add a protection."""
_KINDS: Final = (("ICEBERG", "TABLE"), ("TABLE",), ("VIEW",), ("MATERIALIZED", "VIEW"))


@dataclass(frozen=True, slots=True)
class Statement:
    """An allowed statement.

    Attributes:
        kind: what it does, in the words of the statement.
        object_type: type of the object, such as ``ICEBERG TABLE``.
        names: the object, and then the policy and the column; in upper case unless quoted.
        options: option to its words, for statements that create an object.
    """

    kind: str
    object_type: str
    names: tuple[str, ...]
    options: Mapping[str, tuple[Word, ...]]


def problems(execute: str, revert: str, query: str) -> Iterator[str]:
    """What is wrong with the three statements of a `snowflake_execute`."""
    allowed: Statement | None = None
    try:
        allowed = allowed_statement(execute)
    except SqlError as error:
        yield f"execute {error}"
    yield from _revert_problems(allowed, revert)
    try:
        if not is_read_only(query):
            yield "query is not a read-only statement on metadata (SHOW, DESCRIBE, SELECT from INFORMATION_SCHEMA)"
    except SqlError as error:
        yield f"query is not a read-only statement: {error}"


def allowed_statement(text: str) -> Statement:
    """The statement of a text.

    Raises:
        SqlError: several statements, a block, or a statement that is not on the list.
    """
    found = statements(text)
    if not found:
        raise SqlError("is empty")
    first = found[0]
    if heading(first, 2) == "EXECUTE IMMEDIATE":
        return _immediate(first, len(found))
    if first[0].text in ("BEGIN", "DECLARE") and first[0].kind == "word":
        inner = ", ".join(dict.fromkeys(heading(words, 3) for words in found))
        raise SqlError(f"is a block ({inner}); one statement is allowed")
    if len(found) > 1:
        raise SqlError(f"holds {len(found)} statements ({', '.join(heading(words, 3) for words in found)}); use one")
    if heading(first, 3) == "CREATE OR REPLACE":
        raise SqlError("contains CREATE OR REPLACE, which drops grants, policies and data")
    for parser in (_create, _add_row_policy, _set_masking_policy, _resource_monitor):
        statement = parser(Reader(first))
        if statement is not None:
            return statement
    raise SqlError(f"is not an allowed statement: {title(first, 5) or first[0]} …")


def undoes(statement: Statement, revert: str) -> bool:  # noqa: PLR0911  # one return for each kind
    """Whether a statement undoes another one, and nothing else."""
    found = statements(revert)
    if len(found) != 1:
        return False
    reader, names = Reader(found[0]), statement.names
    words = statement.object_type.split()
    if statement.kind == "CREATE":
        return reader.take("DROP", *words, "IF", "EXISTS") and reader.name() == names[0] and reader.is_done
    if not reader.take("ALTER", *words):
        return False
    if statement.object_type == "ACCOUNT":
        return reader.take("UNSET", "RESOURCE_MONITOR") and reader.is_done
    reader.take("IF", "EXISTS")
    if reader.name() != names[0]:
        return False
    if statement.kind == "ADD ROW ACCESS POLICY":
        return reader.take("DROP", "ROW", "ACCESS", "POLICY") and reader.name() == names[1] and reader.is_done
    return (
        (reader.take("ALTER", "COLUMN") or reader.take("MODIFY", "COLUMN"))
        and reader.name() == names[2]
        and reader.take("UNSET", "MASKING", "POLICY")
        and reader.is_done
    )


def created_object(text: str) -> tuple[str, dict[str, str]]:
    """Type and options of the object that an allowed statement creates; empty for other statements."""
    try:
        statement = allowed_statement(text)
    except SqlError:
        return "", {}
    found: dict[str, str] = {}
    for name, words in statement.options.items():
        if len(words) == 1:
            found[name] = words[0].text
        for key, equals, value in zip(words, words[1:], words[2:], strict=False):
            if key.kind == "word" and equals.text == "=":
                found[key.text] = value.text
    return (statement.object_type, found) if statement.kind == "CREATE" else ("", {})


def applied_policies(text: str) -> tuple[str, ...]:
    """Names of the policies that an allowed statement attaches."""
    try:
        statement = allowed_statement(text)
    except SqlError:
        return ()
    return (statement.names[1],) if statement.kind.endswith("POLICY") else ()


def _revert_problems(allowed: Statement | None, revert: str) -> Iterator[str]:
    try:
        if not statements(revert) or is_read_only(revert):
            yield "revert is empty or read-only"
        elif allowed is not None and not undoes(allowed, revert):
            yield f"revert does not undo {allowed.kind} {allowed.object_type} {allowed.names[0]}, or does more"
    except SqlError as error:
        yield f"revert cannot be evaluated: {error}"


def _immediate(words: Sequence[Word], count: int) -> Statement:
    """EXECUTE IMMEDIATE of a literal is the statement in it."""
    if count != 1 or len(words) != 3 or words[2].kind != "string":
        raise SqlError("is EXECUTE IMMEDIATE of an expression; write the statement itself")
    try:
        return allowed_statement(words[2].text)
    except SqlError as error:
        raise SqlError(f"is EXECUTE IMMEDIATE, whose statement {error}") from None


def _create(reader: Reader) -> Statement | None:
    for kind in (("ICEBERG", "TABLE"), ("CATALOG", "INTEGRATION")):
        if reader.take("CREATE", *kind, "IF", "NOT", "EXISTS"):
            name = reader.name()
            if kind[0] == "ICEBERG":
                reader.parenthesis()  # columns
            options = reader.options()
            if name and options is not None and reader.is_done:
                return Statement("CREATE", " ".join(kind), (name,), options)
    return None


def _altered(reader: Reader) -> tuple[str, str] | None:
    if not reader.take("ALTER"):
        return None
    kind = next((kind for kind in _KINDS if reader.take(*kind)), None)
    if kind is None:
        return None
    reader.take("IF", "EXISTS")
    name = reader.name()
    return (" ".join(kind), name) if name else None


def _add_row_policy(reader: Reader) -> Statement | None:
    found = _altered(reader)
    if found and reader.take("ADD", "ROW", "ACCESS", "POLICY"):
        policy = reader.name()
        if policy and reader.take("ON") and reader.parenthesis() and reader.is_done:
            return Statement("ADD ROW ACCESS POLICY", found[0], (found[1], policy), {})
    return None


def _set_masking_policy(reader: Reader) -> Statement | None:
    found = _altered(reader)
    if not found or not (reader.take("ALTER", "COLUMN") or reader.take("MODIFY", "COLUMN")):
        return None
    column = reader.name()
    if not reader.take("SET", "MASKING", "POLICY"):
        return None
    policy = reader.name()
    if reader.take("USING"):
        reader.parenthesis()
    # FORCE replaces a policy that is in force.
    if not column or not policy or not reader.is_done:
        return None
    return Statement("SET MASKING POLICY", found[0], (found[1], policy, column), {})


def _resource_monitor(reader: Reader) -> Statement | None:
    if reader.take("ALTER", "ACCOUNT", "SET", "RESOURCE_MONITOR", "="):
        name = reader.name()
        if name and reader.is_done and name != "NULL":
            return Statement("SET RESOURCE_MONITOR", "ACCOUNT", (name,), {})
    return None
