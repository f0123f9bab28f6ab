"""Evaluate one request against policies, with the semantics of IAM's policy evaluation logic.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from lakekit_policies.iam.evaluation.decision import Decision, PolicySet, PolicySource, decide
from lakekit_policies.iam.evaluation.matching import ConcreteRequest
from lakekit_policies.iam.evaluation.policies import Policy, policy_of
from lakekit_policies.iam.evaluation.principals import Caller, CallerKind, Grant

__all__ = [
    "Caller",
    "CallerKind",
    "ConcreteRequest",
    "Decision",
    "Grant",
    "Policy",
    "PolicySet",
    "PolicySource",
    "decide",
    "policy_of",
]
