"""Read the state of a backend, and keep a record beside it: a file, or an object in S3."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lakekit_policies.shared.regular_file import read_regular_bytes

SUFFIX: Final = ".applied.json"

# Other arguments of the S3 backend, such as assume_role, change how it is reached.
_S3_ARGUMENTS: Final = frozenset(
    ("bucket", "key", "region", "encrypt", "kms_key_id", "use_lockfile", "allowed_account_ids", "profile")
)


class StoreError(Exception):
    """A state or a record cannot be read or written."""


class StateStore(ABC):
    """A state in a backend, and the record beside it."""

    @classmethod
    def of(cls, backend: str, config: Mapping[str, Any], working: Path) -> StateStore:
        """Return the store of a backend.

        Raises:
            StoreError: The backend or one of its arguments is not supported.
        """
        if backend == "local" and set(config) == {"path"}:
            return LocalStore((working / str(config["path"])).resolve())
        if backend == "s3" and {"bucket", "key"} <= set(config) <= _S3_ARGUMENTS:
            return S3Store(config)
        raise StoreError(f"backend {backend} with {', '.join(sorted(config))}")

    @classmethod
    def of_stack(cls, working: Path) -> StateStore:
        """Return the store of the stack in a working directory.

        Raises:
            StoreError: The configuration cannot be read, or the backend is not supported.
        """
        try:
            document = json.loads(read_regular_bytes(working / "cdk.tf.json"))
            ((backend, config),) = document["terraform"]["backend"].items()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{working}: no backend ({error})") from error
        return cls.of(backend, config, working)

    def identity(self) -> tuple[str, int]:
        """Return lineage and serial of the state.

        Raises:
            StoreError: There is no state, or it cannot be read.
        """
        state = self._json(self._read(record=False))
        return str(state.get("lineage", "")), int(state.get("serial", -1))

    def outputs(self) -> dict[str, Any]:
        """Return the outputs of the state; empty if there is no state.

        Raises:
            StoreError: The state cannot be read.
        """
        text = self._read(record=False)
        outputs = self._json(text).get("outputs", {}) if text else {}
        return {name: [output.get("type"), output.get("value")] for name, output in outputs.items()}

    def is_applied(self) -> bool:
        """Whether the state has resources or outputs.

        Raises:
            StoreError: The state cannot be read.
        """
        text = self._read(record=False)
        state = self._json(text) if text else {}
        return bool(state.get("resources") or state.get("outputs"))

    def record(self) -> dict[str, Any]:
        """Return the record; empty if there is none.

        Raises:
            StoreError: The record cannot be read.
        """
        text = self._read(record=True)
        return self._json(text) if text else {}

    @abstractmethod
    def write(self, record: Mapping[str, Any]) -> None:
        """Replace the record. Raises StoreError."""

    @abstractmethod
    def remove(self) -> None:
        """Remove the record. Raises StoreError."""

    @abstractmethod
    def _read(self, *, record: bool) -> bytes: ...

    @staticmethod
    def _json(text: bytes) -> dict[str, Any]:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise StoreError(f"not JSON: {error}") from error
        if not isinstance(document, dict):
            raise StoreError("not a JSON object")
        return document


class LocalStore(StateStore):
    """A state in a local file.

    Args:
        file: The state file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._record = file.with_name(file.name.removesuffix(".tfstate") + SUFFIX)

    def write(self, record: Mapping[str, Any]) -> None:
        """Replace the record."""
        part = self._record.with_name(f".{self._record.name}.part")
        try:
            part.write_text(json.dumps(record, sort_keys=True) + "\n", encoding="utf-8")
            part.replace(self._record)
        except OSError as error:
            raise StoreError(f"{self._record}: {error.strerror}") from error

    def remove(self) -> None:
        """Remove the record."""
        try:
            self._record.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self._record}: {error.strerror}") from error

    def _read(self, *, record: bool) -> bytes:
        file = self._record if record else self._file
        try:
            return read_regular_bytes(file)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StoreError(f"{file}: {error.strerror}") from error


class S3Store(StateStore):
    """A state in S3.

    Args:
        config: Arguments of the backend.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._bucket, self._key = str(config["bucket"]), str(config["key"])
        self._record_key = self._key.removesuffix(".tfstate") + SUFFIX

    def write(self, record: Mapping[str, Any]) -> None:
        """Replace the record, encrypted as the state."""
        encryption = {}
        if self._config.get("kms_key_id"):
            encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": str(self._config["kms_key_id"])}
        elif self._config.get("encrypt"):
            encryption = {"ServerSideEncryption": "AES256"}
        body = json.dumps(record, sort_keys=True).encode()
        self._call("put_object", Key=self._record_key, Body=body, ContentType="application/json", **encryption)

    def remove(self) -> None:
        """Remove the record."""
        self._call("delete_object", Key=self._record_key)

    def _read(self, *, record: bool) -> bytes:
        found = self._call("get_object", Key=self._record_key if record else self._key)
        return bytes(found["Body"].read()) if found else b""

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            session = boto3.Session(profile_name=self._config.get("profile"), region_name=self._config.get("region"))
            settings = Config(retries={"max_attempts": 2}, connect_timeout=5, read_timeout=30)
            client = session.client("s3", config=settings)
            answer: dict[str, Any] = getattr(client, operation)(Bucket=self._bucket, **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return {}
            raise StoreError(f"s3://{self._bucket}/{self._key}: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"s3://{self._bucket}/{self._key}: {error}") from error
        return answer
