"""What our own handlers remember: plain dictionaries, so that a snapshot of them is always possible."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Key = tuple[str, str, str, str]
Record = dict[str, Any]


class Table:
    """Records of one kind. Every read is a copy: a handler cannot change what is kept by accident."""

    def __init__(
        self,
        records: dict[str, Record],
        missing: Callable[[str], Exception],
        exists: Callable[[str], Exception],
    ) -> None:
        self._records = records
        self._missing = missing
        self._exists = exists

    def __contains__(self, key: str) -> bool:
        return key in self._records

    def create(self, key: str, record: Mapping[str, Any]) -> Record:
        """Keep a new record; an existing one is the service's "already exists" fault."""
        if key in self._records:
            raise self._exists(key)
        return self.put(key, record)

    def put(self, key: str, record: Mapping[str, Any]) -> Record:
        """Keep a record, replacing any."""
        self._records[key] = copy.deepcopy(dict(record))
        return copy.deepcopy(self._records[key])

    def get(self, key: str) -> Record:
        """The record, or the service's "not found" fault."""
        if key not in self._records:
            raise self._missing(key)
        return copy.deepcopy(self._records[key])

    def find(self, key: str) -> Record | None:
        """The record, or None."""
        record = self._records.get(key)
        return None if record is None else copy.deepcopy(record)

    def update(self, key: str, changes: Mapping[str, Any]) -> Record:
        """Overwrite the given fields of an existing record; a value of None removes the field."""
        if key not in self._records:
            raise self._missing(key)
        record = self._records[key]
        for name, value in changes.items():
            if value is None:
                record.pop(name, None)
            else:
                record[name] = copy.deepcopy(value)
        return copy.deepcopy(record)

    def delete(self, key: str) -> Record:
        """Forget a record, or the service's "not found" fault."""
        if key not in self._records:
            raise self._missing(key)
        return self._records.pop(key)

    def discard(self, key: str) -> None:
        """Forget a record if it is there."""
        self._records.pop(key, None)

    def items(self) -> list[tuple[str, Record]]:
        """All records with their keys, in the order of creation."""
        return [(key, copy.deepcopy(record)) for key, record in self._records.items()]

    def all(self, where: Callable[[Record], bool] = lambda _: True) -> list[Record]:
        """All records that match, in the order of creation."""
        return [copy.deepcopy(record) for record in self._records.values() if where(record)]


class Tags:
    """Tags of one service's resources, kept by ARN."""

    def __init__(self, tags: dict[str, Record]) -> None:
        self._tags = tags

    def add(self, arn: str, tags: Mapping[str, str] | Iterable[Mapping[str, str]] | None) -> None:
        """Set tags, given as a map or as AWS's list of Key/Value (or key/value) pairs."""
        own = self._tags.setdefault(arn, {})
        if isinstance(tags, Mapping):
            own.update(tags)
            return
        for tag in tags or ():
            own[tag.get("Key", tag.get("key", ""))] = tag.get("Value", tag.get("value", ""))

    def remove(self, arn: str, keys: Iterable[str]) -> None:
        """Drop tags by key."""
        own = self._tags.get(arn, {})
        for key in keys:
            own.pop(key, None)

    def remove_all(self, arn: str) -> None:
        """The resource is gone, and its tags with it."""
        self._tags.pop(arn, None)

    def as_dict(self, arn: str) -> dict[str, str]:
        """As a map."""
        return dict(self._tags.get(arn, {}))

    def as_list(self, arn: str) -> list[dict[str, str]]:
        """As AWS's list of Key/Value pairs."""
        return [{"Key": key, "Value": value} for key, value in self._tags.get(arn, {}).items()]


class Store:
    """All tables of all accounts and regions."""

    def __init__(self) -> None:
        self.data: dict[Key, dict[str, Record]] = {}

    def table(
        self, key: Key, missing: Callable[[str], Exception] = KeyError, exists: Callable[[str], Exception] = KeyError
    ) -> Table:
        """One table; ``key`` is (account, region, service, kind)."""
        return Table(self.data.setdefault(key, {}), missing, exists)

    def tags(self, key: Key) -> Tags:
        """The tags of one service in one account and region."""
        return Tags(self.data.setdefault(key, {}))

    def count(self) -> int:
        """How many records there are, tags aside."""
        return sum(len(records) for key, records in self.data.items() if key[3] != "tags")
