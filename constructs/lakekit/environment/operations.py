"""The operations part of an environment file: who is told, and what a month may cost."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .field_types import StrictModel

_SHAPES = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z"), "an address such as oncall@acme.example"),
    "https": (re.compile(r"https://[^\s/]+(/\S*)?\Z"), "a URL that starts with https://"),
    "sqs": (re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[\w-]+\Z"), "the ARN of a queue"),
}


class Subscription(StrictModel):
    """Someone or something that hears every alarm of the environment."""

    protocol: Literal["email", "https", "sqs"] = Field(
        description="email (each address has to confirm), https (an on-call service) or sqs"
    )
    endpoint: str = Field(max_length=2048, description="The address, the URL, or the queue's ARN")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shape, words = _SHAPES[self.protocol]
        if not shape.match(self.endpoint):
            raise ValueError(f"{self.endpoint} is no {self.protocol} endpoint: give {words}")
        return self


class BudgetSettings(StrictModel):
    """What the environment may cost in a month."""

    monthly_usd: int = Field(ge=1, description="Cap in USD a month; nothing is switched off at it, people are told")
    alert_thresholds_percent: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(
        default=(80, 100),
        min_length=1,
        max_length=4,
        description="Tell when so much is spent, in percent; that 100 will be reached by forecast is always told",
    )
    filter_by_environment_tag: bool = Field(
        default=False,
        description="Count only what is tagged with this environment; the tag has to be activated for cost allocation",
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.alert_thresholds_percent)) != len(self.alert_thresholds_percent):
            raise ValueError("alert_thresholds_percent names a number twice")
        return self


class OperationsSettings(StrictModel):
    """Alarms, dashboards and budget."""

    enabled: bool = Field(default=True, description="Whether there is a stack for observability")
    subscriptions: tuple[Subscription, ...] = Field(default=(), description="Who hears alarms and budgets")
    budget: BudgetSettings | None = Field(default=None, description="The monthly cap; staging and prod need one")

    @model_validator(mode="after")
    def _no_twins(self) -> Self:
        if len(set(self.subscriptions)) != len(self.subscriptions):
            raise ValueError("subscriptions name the same endpoint twice")
        return self
