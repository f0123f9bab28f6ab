"""Services and AWS accounts of services that policies name as principals."""

from __future__ import annotations

from typing import Final

TRUSTED_WITH_SOURCE: Final = frozenset(
    {
        *(
            "airflow",
            "airflow-env",
            "athena",
            "bedrock",
            "ecs-tasks",
            "elasticmapreduce",
            "emr-serverless",
            "events",
            "firehose",
        ),
        *("glue", "kafkaconnect", "kinesisanalytics", "lakeformation", "pipes", "redshift", "redshift-serverless"),
        *("rolesanywhere", "s3", "scheduler", "states", "vpc-flow-logs"),
    }
)
"""Services that send ``aws:SourceAccount`` or ``aws:SourceArn`` when they assume a role, according to their
documentation on the confused deputy problem. EC2 is not one of them."""

WITHOUT_SOURCE: Final = frozenset({"logdelivery.elasticloadbalancing.amazonaws.com", "ram.amazonaws.com"})
"""Services that call resource policies without the source: for load balancers, the path of the object contains the
account instead; AWS RAM shares catalogs for their owner
(https://docs.aws.amazon.com/lake-formation/latest/dg/hybrid-cross-account.html)."""

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
LOG_DELIVERY_ACCOUNTS: Final = frozenset(
    {
        *("127311923021", "033677994240", "027434742980", "797873946194", "098369216593", "754344448648"),
        *("589379963580", "718504428378", "383597477331", "600734575887", "114774131450", "783225319266"),
        *("582318560864", "985666609251", "054676820928", "156460612806", "652711504416", "635631232127"),
        *("009996457667", "897822967062", "076674570225", "507241528517", "048591011584", "190560391635"),
        *("638102146993", "037604701340"),
    }
)
"""AWS accounts of Elastic Load Balancing, which write access logs to buckets."""
LOG_DELIVERY_ACTIONS: Final = frozenset({"s3:putobject"})


def supports_source(service: str, *, trust: bool) -> bool:
    """Whether a service says on whose behalf it calls, so that a policy can restrict it."""
    name = service.partition(".")[0]
    return name in TRUSTED_WITH_SOURCE if trust else service not in WITHOUT_SOURCE
