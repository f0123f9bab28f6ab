"""SQS: SetQueueAttributes keeps the queue policy if the request has none."""

from __future__ import annotations

from moto.sqs.models import sqs_backends

from lakekit_local.requests.registry import Call, RawResponse, handles


@handles("sqs", "SetQueueAttributes")
def set_attributes(call: Call) -> RawResponse:
    queue = sqs_backends[call.account][call.region].queues.get(call["QueueUrl"].rstrip("/").rsplit("/", 1)[1])
    policy = queue.policy if queue else None
    answer = call.forward_to_moto()
    if answer.ok and queue and "Policy" not in call["Attributes"]:
        queue.policy = policy
    return answer
