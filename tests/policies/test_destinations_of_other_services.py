"""Types that other rules judge by their destinations name accounts, buckets, hosts or connections."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit_policies.coverage.catalog import type_data
from lakekit_policies.destinations import Kind, destinations
from lakekit_policies.terraform.declarations import Declaration

OTHER = "999988887777"
ACCOUNTS = {
    "aws_auditmanager_organization_admin_account_registration": "admin_account_id",
    "aws_cloudtrail_organization_delegated_admin_account": "account_id",
    "aws_detective_member": "account_id",
    "aws_detective_organization_admin_account": "account_id",
    "aws_fms_admin_account": "account_id",
    "aws_guardduty_invite_accepter": "master_account_id",
    "aws_guardduty_organization_admin_account": "admin_account_id",
    "aws_inspector2_delegated_admin_account": "account_id",
    "aws_inspector2_member_association": "account_id",
    "aws_macie2_invitation_accepter": "administrator_account_id",
    "aws_macie2_organization_admin_account": "admin_account_id",
    "aws_organizations_delegated_administrator": "account_id",
    "aws_securityhub_invite_accepter": "master_id",
    "aws_securityhub_organization_admin_account": "admin_account_id",
    "aws_vpc_ipam_organization_admin_account": "delegated_admin_account_id",
}
CONNECTIONS = {
    "aws_ec2_transit_gateway_peering_attachment_accepter": "transit_gateway_attachment_id",
    "aws_networkmanager_attachment_accepter": "attachment_id",
    "aws_opensearch_inbound_connection_accepter": "connection_id",
    "aws_vpc_endpoint_connection_accepter": "vpc_endpoint_id",
}


def found(kind: str, **arguments: Any) -> set[tuple[Kind, str]]:
    return {(one.kind, one.value) for one in destinations(Declaration(f"{kind}.X", "managed", kind, arguments))}


def judged() -> set[str]:
    return {kind for rule, kinds in type_data()["read_by"].items() if rule.startswith("LK_DEST") for kind in kinds}


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_accounts_of_invitations_and_administrators_are_destinations(kind: str) -> None:
    assert found(kind, **{ACCOUNTS[kind]: OTHER}) == {(Kind.ACCOUNT, OTHER)}
    assert kind in judged()


@pytest.mark.parametrize("kind", CONNECTIONS)
def test_accepted_connections_are_destinations(kind: str) -> None:
    assert found(kind, **{CONNECTIONS[kind]: "id-1"}) == {(Kind.CONNECTION, "id-1")}
    assert kind in judged()


def test_the_source_of_a_copy_and_a_pipeline_are_destinations() -> None:
    assert found("aws_s3_object_copy", source="foreign-bucket/k") == {(Kind.BUCKET, "foreign-bucket")}
    body = "sink:\n  - s3:\n      bucket: foreign-bucket\n"
    assert found("aws_osis_pipeline", pipeline_configuration_body=body) == {(Kind.BUCKET, "foreign-bucket")}
