"""The `operations` section of an environment file: alarm subscriptions, dashboards and budget."""

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
    """A subscription to the alarm topic of the environment."""

    protocol: Literal["email", "https", "sqs"] = Field(
        description="email (each address has to confirm), https (an on-call service) or sqs"
    )
    endpoint: str = Field(max_length=2048, description="The address, the URL, or the queue's ARN")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shape, expected = _SHAPES[self.protocol]
        if not shape.match(self.endpoint):
            raise ValueError(f"{self.endpoint} is not a valid endpoint for {self.protocol}: use {expected}")
        return self


class BudgetSettings(StrictModel):
    """Monthly budget of the environment."""

    monthly_usd: int = Field(ge=1, description="Budget in USD a month; notifies only, nothing is stopped")
    alert_thresholds_percent: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(
        default=(80, 100),
        min_length=1,
        max_length=4,
        description="Percentages of the budget at which actual costs notify; a forecast of 100 always notifies",
    )
    filter_by_environment_tag: bool = Field(
        default=False,
        description="Count only resources with the tag of this environment; activate the tag for cost allocation",
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.alert_thresholds_percent)) != len(self.alert_thresholds_percent):
            raise ValueError("alert_thresholds_percent: the same number is named twice")
        return self


class OperationsSettings(StrictModel):
    """Alarms, dashboards and budget."""

    enabled: bool = Field(default=True, description="Whether the observability stack is deployed")
    subscriptions: tuple[Subscription, ...] = Field(
        default=(), description="Subscriptions to alarms and budget notifications"
    )
    budget: BudgetSettings | None = Field(default=None, description="Monthly budget; required in staging and prod")

    @model_validator(mode="after")
    def _no_twins(self) -> Self:
        if len(set(self.subscriptions)) != len(self.subscriptions):
            raise ValueError("subscriptions: the same endpoint is named twice")
        return self
