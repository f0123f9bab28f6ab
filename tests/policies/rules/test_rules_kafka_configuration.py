"""Rules for MSK configurations."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, both, put, tier
from streaming_fixtures import CLUSTER, PROPERTIES

__all__ = ["test_passes", "test_rejects"]

_TEXT = "aws_msk_configuration/Kafka/server_properties"


def _replace_property(old: str, new: str) -> Change:
    return put(_TEXT, PROPERTIES.replace(old, new))


CASES = [
    Case(
        "LK_MSK_4",
        CLUSTER,
        {
            "unclean leader election": (
                _replace_property("election.enable=false", "election.enable=true"),
                "unclean.leader.election.enable is true",
            ),
            "automatic topic creation": (
                _replace_property("auto.create.topics.enable=false\n", ""),
                "auto.create.topics.enable is not set",
            ),
            "replication factor of two in prod": (
                _replace_property("replication.factor=3", "replication.factor=2"),
                "at least 3",
            ),
            "one in-sync replica": (_replace_property("insync.replicas=2", "insync.replicas=1"), "at least 2"),
            "setting after a comment that ends in a backslash": (
                put(_TEXT, f"{PROPERTIES}# tuned \\\nunclean.leader.election.enable=true\n"),
                "unclean.leader.election.enable is set twice: false and true",
            ),
            "key with an escape": (
                put(_TEXT, f"{PROPERTIES}unclean.leader.election.enabl\\u0065 = true\n"),
                "unclean.leader.election.enable is true",
            ),
            "malformed escape": (put(_TEXT, f"{PROPERTIES}a=\\u12\n"), "server_properties cannot be loaded"),
            "setting in a comment": (_replace_property("min.insync", "#min.insync"), "min.insync.replicas is not set"),
            "access without ACL": (_replace_property("found=false", "found=true"), "allow.everyone"),
            "unlimited retention": (
                _replace_property("hours=168", "hours=-1"),
                "log.retention.hours is -1: retention is unlimited and disks fill up",
            ),
            "no retention": (
                _replace_property("hours=168", "hours=0"),
                "log.retention.hours is 0: retention must be between 1 and 87600 hours",
            ),
            "retention of a century": (
                _replace_property("hours=168", "hours=876000"),
                "log.retention.hours is 876000: retention must be between 1 and 87600 hours",
            ),
            "unlimited retention in milliseconds": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.ms=-1\n"),
                "ms is -1",
            ),
            "retention of a minute": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.minutes=1\n"),
                "log.retention.minutes is 1: retention must be between 1 and 87600 hours",
            ),
            "retention that is not a number": (
                _replace_property("hours=168", "hours=week"),
                "log.retention.hours is week, not a number",
            ),
            "retention of a few bytes": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=1048576\n"),
                "log.retention.bytes is 1048576: at least 1 GiB per partition is required",
            ),
            "retention of 0 bytes": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=0\n"),
                "log.retention.bytes is 0: at least 1 GiB per partition is required",
            ),
            "compaction only": (
                _replace_property("hours=168\n", "hours=168\nlog.cleanup.policy=compact\n"),
                "log.cleanup.policy is compact: delete is required",
            ),
            "short offset retention": (
                _replace_property("hours=168\n", "hours=168\noffsets.retention.minutes=1\n"),
                "offsets.retention.minutes is 1: paused consumer groups lose their offsets",
            ),
            "offsets with one replica": (
                _replace_property("hours=168\n", "hours=168\noffsets.topic.replication.factor=1\n"),
                "offsets.topic.replication.factor is 1; at least 3",
            ),
            "transactions with one replica": (
                _replace_property("hours=168\n", "hours=168\ntransaction.state.log.min.isr=1\n"),
                "min.isr is 1; at least 2",
            ),
            "in-sync replicas equal to the replication factor": (
                _replace_property("insync.replicas=2", "insync.replicas=3"),
                "writes stop while a broker restarts",
            ),
            "setting with two values": (
                _replace_property("hours=168\n", "hours=168\nunclean.leader.election.enable=true\n"),
                "unclean.leader.election.enable is set twice: false and true",
            ),
            "colon separator": (
                _replace_property("hours=168\n", "hours=168\n  unclean.leader.election.enable : true\n"),
                "unclean.leader.election.enable is true",
            ),
            "setting over two lines": (
                _replace_property("hours=168\n", "hours=168\nunclean.leader.\\\n  election.enable=true\n"),
                "unclean.leader.election.enable is true",
            ),
        },
        {
            "retention of a year": _replace_property("hours=168", "hours=8760"),
            "retention in milliseconds": _replace_property("log.retention.hours=168", "log.retention.ms=604800000"),
            "retention of ten GiB": _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=10737418240\n"),
            "comment": _replace_property("hours=168\n", "hours=168\n! unclean.leader.election.enable=true\n"),
            "replication factor of two in dev": both(
                tier("dev"), put(_TEXT, PROPERTIES.replace("factor=3", "factor=2").replace("replicas=2", "replicas=1"))
            ),
        },
    ),
]
