"""Tests that cryptographic operations are authorized on the key that their ciphertext names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, document, refused
from local_cloud_helpers import ACCOUNT, session_of

Client = Callable[..., Any]
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Resource": "*"}
OPEN = document({**ROOT, "Action": "kms:*"})
CLOSED = document({**ROOT, "Action": ["kms:PutKeyPolicy", "kms:Create*", "kms:Revoke*", "kms:Describe*"]})


@pytest.fixture
def key(client: Client) -> str:
    """The ARN of a key whose policy delegates to IAM."""
    return str(client("kms").create_key(Policy=OPEN)["KeyMetadata"]["Arn"])


@pytest.fixture
def secret(client: Client, key: str) -> bytes:
    """A ciphertext of the key."""
    return bytes(client("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"])


def test_identity_policy_on_the_key_of_a_ciphertext(
    client: Client, role: Callable[..., str], key: str, secret: bytes
) -> None:
    own = session_of(client, role(allow("kms:Decrypt", key))).client("kms")
    assert own.decrypt(CiphertextBlob=secret)["Plaintext"] == b"x"
    other = client("kms").create_key(Policy=OPEN)["KeyMetadata"]["Arn"]
    elsewhere = client("kms").encrypt(KeyId=other, Plaintext=b"y")["CiphertextBlob"]
    assert f"kms:Decrypt on resource: {other}" in refused(own.decrypt, CiphertextBlob=elsewhere)


def test_policy_of_the_key_of_a_ciphertext(client: Client, role: Callable[..., str], key: str, secret: bytes) -> None:
    own = session_of(client, role(allow("kms:*"))).client("kms")
    assert own.decrypt(CiphertextBlob=secret)["Plaintext"] == b"x"
    client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=CLOSED)
    assert "no resource-based policy allows the kms:Decrypt" in refused(own.decrypt, CiphertextBlob=secret)
    assert "kms:Decrypt" in refused(own.decrypt, CiphertextBlob=secret, KeyId=key)


def test_grant_on_the_key_of_a_ciphertext(client: Client, role: Callable[..., str], key: str) -> None:
    kms, arn = client("kms"), role()
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=OPEN)
    context = {"table": "orders"}
    secret = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    own = session_of(client, arn).client("kms")
    refused(own.decrypt, CiphertextBlob=secret, EncryptionContext=context)
    constraints = {"EncryptionContextEquals": {"table": "customers"}}
    kms.create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt"], Constraints=constraints)
    refused(own.decrypt, CiphertextBlob=secret, EncryptionContext=context)
    made = kms.create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt"])
    assert own.decrypt(CiphertextBlob=secret, EncryptionContext=context)["Plaintext"] == b"x"
    kms.revoke_grant(KeyId=key, GrantId=made["GrantId"])
    refused(own.decrypt, CiphertextBlob=secret, EncryptionContext=context)


def test_reencryption_needs_both_keys(client: Client, role: Callable[..., str], key: str) -> None:
    kms = client("kms")
    target = kms.create_key(Policy=OPEN)["KeyMetadata"]["Arn"]
    secret = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"zone": "raw"})["CiphertextBlob"]
    moved = {
        "CiphertextBlob": secret,
        "DestinationKeyId": target,
        "SourceEncryptionContext": {"zone": "raw"},
        "DestinationEncryptionContext": {"zone": "curated"},
    }

    def allowed_in(zone: str) -> dict[str, Any]:
        return {"StringEquals": {"kms:EncryptionContext:zone": zone}}

    source = allow("kms:ReEncryptFrom", key, Condition=allowed_in("raw"))
    destination = allow("kms:ReEncryptTo", target, Condition=allowed_in("curated"))
    both = session_of(client, role(source, destination, name="both")).client("kms")
    assert both.re_encrypt(**moved)["KeyId"] == target
    from_only = session_of(client, role(source, name="from")).client("kms")
    assert f"kms:ReEncryptTo on resource: {target}" in refused(from_only.re_encrypt, **moved)
    to_only = session_of(client, role(destination, name="to")).client("kms")
    assert f"kms:ReEncryptFrom on resource: {key}" in refused(to_only.re_encrypt, **moved)


def test_keys_that_are_not_enabled_are_not_used(client: Client, key: str, secret: bytes) -> None:
    kms, identifier = client("kms"), key.rpartition("/")[2]
    for change, code in (
        (kms.disable_key, "DisabledException"),
        (kms.schedule_key_deletion, "KMSInvalidStateException"),
    ):
        change(KeyId=identifier)
        for call, arguments in (
            (kms.decrypt, {"CiphertextBlob": secret}),
            (kms.encrypt, {"KeyId": key, "Plaintext": b"x"}),
            (kms.generate_data_key, {"KeyId": key, "KeySpec": "AES_256"}),
        ):
            with pytest.raises(ClientError) as error:
                call(**arguments)
            assert error.value.response["Error"]["Code"] == code
    kms.cancel_key_deletion(KeyId=identifier)
    kms.enable_key(KeyId=identifier)
    assert kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"x"
