"""A small governed data lake in the local cloud, for tests of Lake Formation permissions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local_cloud_helpers import ACCOUNT, session_of

Client = Callable[..., Any]
COLUMNS = ("id", "email", "country")


def everything(*services: str) -> str:
    """A policy that allows all actions of some services."""
    actions = [f"{one}:*" for one in services]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def trust(**principal: str) -> str:
    """A trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@dataclass
class DataLake:
    """A registered bucket, a database and a table `orders`, without grants to IAMAllowedPrincipals."""

    client: Client
    name: str
    bucket: str

    @property
    def location(self) -> str:
        """The path of the table."""
        return f"{self.bucket}/curated/orders"

    def role(self, name: str, *services: str) -> str:
        """Make a role that IAM allows all actions of services, Glue and Lake Formation's credentials by default."""
        iam, full = self.client("iam"), f"{name}-{self.name}"
        arn = str(iam.create_role(RoleName=full, AssumeRolePolicyDocument=trust(AWS=ACCOUNT))["Role"]["Arn"])
        policy = everything(*(services or ("glue", "lakeformation")))
        iam.put_role_policy(RoleName=full, PolicyName="main", PolicyDocument=policy)
        return arn

    def client_of(self, role: str, service: str) -> Any:
        """A client with a session of a role."""
        return session_of(self.client, role).client(service)

    def grant(self, role: str, permissions: list[str], **resource: Any) -> None:
        """Grant permissions to a role."""
        principal = {"DataLakePrincipalIdentifier": role}
        self.client("lakeformation").grant_permissions(Principal=principal, Resource=resource, Permissions=permissions)

    def on_table(self, **columns: Any) -> dict[str, Any]:
        """The table as a resource of a grant; with columns if they are given."""
        named = {"DatabaseName": self.name, "Name": "orders", **columns}
        return {"TableWithColumns" if columns else "Table": named}

    def table_input(self, name: str = "orders", location: str = "") -> dict[str, Any]:
        """The input of a table."""
        columns = [{"Name": one, "Type": "string"} for one in COLUMNS]
        storage = {"Columns": columns, "Location": f"s3://{location or self.location}"}
        return {"Name": name, "StorageDescriptor": storage, "TableType": "EXTERNAL_TABLE"}

    def tag(self, resource: dict[str, Any], value: str) -> None:
        """Assign the LF-tag with the name of the lake."""
        pairs = [{"TagKey": self.name, "TagValues": [value]}]
        done = self.client("lakeformation").add_lf_tags_to_resource(Resource=resource, LFTags=pairs)
        assert done["Failures"] == []

    def tagged(self, kind: str, *values: str) -> dict[str, Any]:
        """A tag policy as a resource of a grant."""
        expression = [{"TagKey": self.name, "TagValues": list(values)}]
        return {"LFTagPolicy": {"ResourceType": kind, "Expression": expression}}


@contextmanager
def data_lake(client: Client, name: str, bucket: str) -> Iterator[DataLake]:
    """Make a data lake; the settings of the account are the default ones again afterwards."""
    lake = client("lakeformation")
    before = lake.get_data_lake_settings()["DataLakeSettings"]
    closed = {"CreateDatabaseDefaultPermissions": [], "CreateTableDefaultPermissions": []}
    lake.put_data_lake_settings(DataLakeSettings=closed)
    made = DataLake(client, name, bucket)
    registered = made.role("registered", "s3", "kms")
    client("iam").update_assume_role_policy(
        RoleName=registered.rpartition("/")[2], PolicyDocument=trust(Service="lakeformation.amazonaws.com")
    )
    lake.register_resource(ResourceArn=f"arn:aws:s3:::{bucket}", RoleArn=registered)
    client("glue").create_database(DatabaseInput={"Name": name, "LocationUri": f"s3://{bucket}/curated/"})
    client("glue").create_table(DatabaseName=name, TableInput=made.table_input())
    lake.create_lf_tag(TagKey=name, TagValues=["public", "secret"])
    try:
        yield made
    finally:
        lake.put_data_lake_settings(DataLakeSettings=before)
