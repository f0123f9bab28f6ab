"""Code in procedures that hides what it runs, and chains of statements."""

from __future__ import annotations

import pytest

from lakekit_policies import sql
from lakekit_policies.sql import embedded

PYTHON = [
    "exec(x)",
    "eval(x)",
    "f = s.sql; f(x)",
    "s._conn.run_query(x)",
    "compile(x, 'a', 'exec')",
    "getattr(s, x)('A')",
    "getattr(s, 'sql')(x)",
    "s.sql(x)",
    "s.sql('DROP ' + x)",
    "s.sql(f'DROP {x}')",
    "(s.sql)(x)",
    "s.sql(query=x)",
    "s.call(x)",
    "s.use_role('ADMIN')",
    "s.add_import('@evil/x.py')",
    "s.sql('GRANT ' 'ROLE A TO USER B')",
    "s.sql('\\x47RANT ROLE A TO USER B')",
    "map(s.sql, x)",
    "s.udf.register_from_file(x)",
    "s.sproc.register(f, is_permanent=True)",
    "s.table('A').create_or_replace_view('V')",
    "().__class__.__base__.__subclasses__()",
    "s.sql /**/ (x)",
    "import importlib",
    "from importlib import import_module",
    "import pickle",
    "from os import system",
    "import os; os.system(x)",
    "from snowflake.core import Root",
    "import snowflake.connector",
    "__import__('os')",
    "from pickle import *",
    "\uff45val(x)",
    "s.sql(*x)",
    "s.sql(",
    "vars(s)['sql'](x)",
    "__builtins__['eval'](x)",
]
PYTHON_OK = [
    "s.sql('SELECT 1').collect()",
    "s.table('A').write.save_as_table('B')",
    "import sys; sys._xoptions['a']",
    "self._x = 1",
    "row._asdict()",
    "import json, os; os.environ['A']; json.loads('{}')",
    "getattr(s, 'schema')",
    "s.sql('SELECT ?', params=[x])",
    "if __name__ == '__main__': pass",
    "'''eval is not used'''",
    "from snowflake.snowpark.functions import col, call_udf",
    "import re; re.match(1, 2)",
    "s.sql(query='SELECT 1')",
]
JAVASCRIPT = [
    "eval(x)",
    "new Function(x)()",
    "snowflake['execute']({sqlText: x})",
    "var s = snowflake; s.run(x)",
    "f.constructor(x)()",
    "var e = snowflake.execute; e({sqlText: x})",
    "snowflake.execute/* a */({sqlText: x})",
    "a['constructor'](x)",
    "\\u0065val(x)",
    "snowflake.execute({sqlText: '\\x47RANT ROLE A TO USER B'})",
    "`${eval(x)}`",
    "globalThis[x]",
    'snowflake.execute({"sqlText": x})',
]
JAVASCRIPT_OK = [
    "snowflake.execute({sqlText: 'SELECT 1'})",
    "// eval and Function are not used\nreturn 1;",
    "return 'eval';",
    "f.call(this, x)",
    "var st = snowflake.createStatement({sqlText: `SELECT 1`, binds: [x]}); st.execute();",
    "/* snowflake */ return 'a snowflake';",
    "function f(x) { return x; }",
]
JAVA = [
    "Class.forName(x).newInstance();",
    "session.sql(x);",
    "session.sql/**/(x);",
    "Function<String, DataFrame> f = session::sql;",
    "session.\\u0073ql(x);",
    "Runtime.getRuntime().exec(x);",
    "new ProcessBuilder(x).start();",
    "session.storedProcedure(x);",
    'session.sql("\\u0047RANT ROLE A TO USER B");',
]
JAVA_OK = ['session.sql("SELECT 1").collect();', "// Class.forName\nreturn 1;", 'return "é\\u00e9";', "task.call();"]
SCALA = ["val f = session.sql _", "scala.tools.reflect.ToolBox", 'session.sql(s"DROP $x")']


@pytest.mark.parametrize(
    ("language", "body"),
    [
        (language, body)
        for language, bodies in (("python", PYTHON), ("javascript", JAVASCRIPT), ("java", JAVA), ("scala", SCALA))
        for body in bodies
    ],
)
def test_code_that_hides_what_it_runs_is_refused(language: str, body: str) -> None:
    assert sql.embedded_problems("procedure_definition", body, language)


@pytest.mark.parametrize(
    ("language", "body"),
    [
        (language, body)
        for language, bodies in (("python", PYTHON_OK), ("javascript", JAVASCRIPT_OK), ("java", JAVA_OK))
        for body in bodies
    ],
)
def test_other_code_is_accepted(language: str, body: str) -> None:
    assert sql.embedded_problems("procedure_definition", body, language) == []


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("python", "s.call('D.S.P', 1)"),
        ("python", "s.sql('CALL D.S.P()')"),
        ("java", 'session.storedProcedure("D.S.P");'),
        ("javascript", "snowflake.execute({sqlText: 'CALL D.S.P()'})"),
    ],
)
def test_called_procedures_are_found(language: str, body: str) -> None:
    assert ("procedure", ("D", "S", "P")) in sql.script_callees(body, language=language)


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT ROLE A TO USER B",
        "DROP TABLE T",
        "ALTER ACCOUNT SET X = 1",
        "CREATE USER B",
        "COPY INTO 's3://x/' FROM $1",
    ],
)
@pytest.mark.parametrize(
    "script",
    [
        "SELECT 1 ->> {}",
        "SHOW ROLES->>{}",
        "SELECT * FROM A ->> SELECT * FROM $1 ->> {}",
        "BEGIN SELECT 1 ->> {}; END",
        "EXECUTE IMMEDIATE 'SELECT 1 ->> {}'",
        "INSERT INTO A SELECT 1 ->> {}",
    ],
)
def test_each_statement_of_a_chain_is_read(script: str, statement: str) -> None:
    text = script.format(statement.replace("'", "''") if "IMMEDIATE" in script else statement)
    assert sql.script_problems([("sql_statement", text)])


def test_chain_of_queries_is_accepted() -> None:
    assert sql.script_problems([("sql_statement", "SHOW TABLES ->> SELECT * FROM $1 ->> SELECT 1 FROM $2")]) == []


RUN = 'snowflake.execute({sqlText:"DROP TABLE x"});'
SINGLE = RUN.replace('"', "'")


@pytest.mark.parametrize(
    "body",
    [
        f'/*"*/{RUN}',
        f"//`\n{RUN}",
        f"//\u2028{RUN}",
        f'var r=/"/; {RUN} var z=/"/',
        f"var r=/'/; {SINGLE}",
        f'var r=/[/"]/; {RUN}',
        f'if(/"/.test("a")){RUN}',
        f'if (a) /"/.test(b); {RUN} /"/',
        f'`${{"`"}}`; {RUN} `${{"`"}}`',
        'snowflake./*x*/execute({sqlText:/*"*/"DROP TABLE x"})',
    ],
)
def test_quotes_in_comments_and_regular_expressions_of_javascript_hide_nothing(body: str) -> None:
    assert list(embedded.problems(body, "body", "javascript"))


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("scala", '/* /* */ " */ def m(s: Session) = s.sql("DROP TABLE x") /* " */'),
        ("java", '// \\u000a void m(Session s) { s.sql("DROP TABLE x"); }'),
        ("java", "void m(Session s) { char c = '\"'; s.sql(\"DROP TABLE x\"); char d = '\"'; }"),
    ],
)
def test_comments_and_escapes_of_java_and_scala_hide_nothing(language: str, body: str) -> None:
    assert list(embedded.problems(body, "body", language))


@pytest.mark.parametrize(
    "body",
    [
        'var create = 1, drop = create / 2; // don\'t drop tables\nsnowflake.execute({sqlText: "SELECT 1"});',
        'var pattern = /"[^"]*"/g; return text.replace(pattern, "");',
        'var text = `the ${kind} of a "table"`; return text;',
        "for (const grant of grants) { if (drop in grants) return create; }",
    ],
)
def test_harmless_javascript_is_admitted(body: str) -> None:
    assert list(embedded.problems(body, "body", "javascript")) == []
