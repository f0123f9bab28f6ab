"""Rules for MSK cluster policies and Kafka grants."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, statement
from streaming_fixtures import CLUSTER, KAFKA

__all__ = ["test_passes", "test_rejects"]

_SHARED = "aws_msk_cluster_policy/Kafka/policy"
_READER = "aws_iam_role_policy/Reader/policy"

CASES = [
    Case(
        "LK_MSK_6",
        CLUSTER,
        {
            "any principal": (
                statement(_SHARED, "Reach", lambda s: s.update(Principal="*")),
                "statement Reach allows the wildcard principal *",
            ),
            "account id": (
                statement(_SHARED, "Reach", lambda s: s.update(Principal={"AWS": "222222222222"})),
                "whole account",
            ),
            "account root": (
                statement(_SHARED, "Consume", lambda s: s.update(Principal={"AWS": "arn:aws:iam::222222222222:root"})),
                "whole account",
            ),
            "all actions": (
                statement(_SHARED, "Consume", lambda s: s.update(Action="kafka-cluster:*")),
                "kafka-cluster:*",
            ),
            "all topics": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/*")),
                "topic/kafka/*/*",
            ),
            "all transactions": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:transactional-id/kafka/*/*")),
                "transactional-id/kafka/*/*",
            ),
            "all topics of a cluster": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*")),
                "topic/kafka/*",
            ),
        },
    ),
    Case(
        "LK_MSK_7",
        CLUSTER,
        {
            "all topics": (
                statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/*")),
                "every topic of kafka",
            ),
            "all topics with a short ARN": (
                statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*")),
                "every topic of kafka",
            ),
            "all groups": (
                statement(_READER, "Group", lambda s: s.update(Resource=f"{KAFKA}:group/kafka/*/*")),
                "every group of kafka",
            ),
        },
        {"topic prefix": statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/orders.*"))},
    ),
]
