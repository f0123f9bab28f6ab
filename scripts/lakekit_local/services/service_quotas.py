"""Service Quotas: the defaults of AWS for quotas that the toolkit reads; moto has those of VPC only.

https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
"""

from __future__ import annotations

from typing import Any, Final

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id

_SERVICE: Final = "service-quotas"
_DEFAULTS: Final = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5),
    ("vpc", "L-29B6F2EB"): ("Interface VPC endpoints per VPC", 50),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5),
    ("ec2", "L-1216C47A"): ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5),
    ("ec2", "L-34B43A08"): ("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5),
    ("emr-serverless", "L-D05C8A75"): ("Max concurrent vCPUs per account", 16),
    ("kafka", "L-EDD31C36"): ("Number of brokers per account", 90),
}


def _quota(call: Call, key: tuple[str, str], value: float) -> dict[str, Any]:
    service, code = key
    return {
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaArn": call.arn(f"{service}/{code}", service="servicequotas"),
        "QuotaName": _DEFAULTS[key][0],
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


@handles(_SERVICE, "GetAWSDefaultServiceQuota")
def default(call: Call) -> dict[str, Any]:
    key = (call["ServiceCode"], call["QuotaCode"])
    if key not in _DEFAULTS:
        raise ServiceError("NoSuchResourceException", f"The quota {key[1]} of {key[0]} does not exist.")
    return {"Quota": _quota(call, key, _DEFAULTS[key][1])}


@handles(_SERVICE, "GetServiceQuota")
def applied(call: Call) -> dict[str, Any]:
    key = (call["ServiceCode"], call["QuotaCode"])
    # AWS has an applied value only for quotas that were raised.
    if key not in _DEFAULTS or (record := call.table("quota").find(" ".join(key))) is None:
        raise ServiceError("NoSuchResourceException", f"The quota {key[1]} of {key[0]} has no applied value.")
    return {"Quota": _quota(call, key, record["value"])}


@handles(_SERVICE, "RequestServiceQuotaIncrease")
def request(call: Call) -> dict[str, Any]:
    key = (call["ServiceCode"], call["QuotaCode"])
    value = float(call["DesiredValue"])
    if key not in _DEFAULTS:
        raise ServiceError("NoSuchResourceException", f"The quota {key[1]} of {key[0]} does not exist.")
    if value <= _DEFAULTS[key][1]:
        raise ServiceError("IllegalArgumentException", "The desired value is not above the current one.")
    call.table("quota").put(" ".join(key), {"value": value})
    quota = _quota(call, key, value)
    kept = {name: quota[name] for name in ("ServiceCode", "QuotaCode", "QuotaName", "QuotaArn", "GlobalQuota", "Unit")}
    # AWS decides later; here, the increase is in force at once.
    return {"RequestedQuota": kept | {"Id": new_id(), "Status": "APPROVED", "DesiredValue": value}}
