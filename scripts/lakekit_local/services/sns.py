"""SNS: topic attributes that moto stores but does not return."""

from __future__ import annotations

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.models import sns_backends

from lakekit_local.requests.registry import Call, ServiceError, handles

_FEEDBACK = ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
_SHOWN = (
    *("ArchivePolicy", "FifoThroughputScope", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"),
    *(f"{by}{what}" for by in ("Application", "Firehose", "HTTP", "Lambda", "SQS") for what in _FEEDBACK),
)


@handles("sns", "GetTopicAttributes")
def attributes(call: Call) -> dict[str, Any]:
    topic = sns_backends[call.account][call.region].topics.get(call["TopicArn"])
    if topic is None:
        raise ServiceError("NotFoundException", "Topic does not exist")
    shown = {
        "Owner": topic.account_id,
        "Policy": topic.policy,
        "TopicArn": topic.arn,
        "DisplayName": topic.display_name,
        "SubscriptionsPending": topic.subscriptions_pending,
        "SubscriptionsConfirmed": topic.subscriptions_confimed,
        "SubscriptionsDeleted": topic.subscriptions_deleted,
        "DeliveryPolicy": topic.delivery_policy,
        "EffectiveDeliveryPolicy": topic.effective_delivery_policy,
    }
    if topic.fifo_topic:
        shown |= {"FifoTopic": "true", "ContentBasedDeduplication": str(topic.content_based_deduplication).lower()}
    for name in _SHOWN:
        value = getattr(topic, camelcase_to_underscores(name), None)
        if value not in (None, ""):
            shown[name] = value
    return {"Attributes": {name: str(value) for name, value in shown.items()}}
