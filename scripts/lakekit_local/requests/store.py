"""Store of the handlers: plain dictionaries, which can always be saved in a snapshot."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Key = tuple[str, str, str, str]
Record = dict[str, Any]


class Table:
    """Records of one kind. Reads return copies, so that handlers cannot change stored records by accident."""

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
        """Store a new record; raise the service's "already exists" error if the key exists."""
        if key in self._records:
            raise self._exists(key)
        return self.put(key, record)

    def put(self, key: str, record: Mapping[str, Any]) -> Record:
        """Store a record, replacing an existing one."""
        self._records[key] = copy.deepcopy(dict(record))
        return copy.deepcopy(self._records[key])

    def get(self, key: str) -> Record:
        """Return a record; raise the service's "not found" error if there is none."""
        if key not in self._records:
            raise self._missing(key)
        return copy.deepcopy(self._records[key])

    def find(self, key: str) -> Record | None:
        """Return a record, or None."""
        record = self._records.get(key)
        return None if record is None else copy.deepcopy(record)

    def update(self, key: str, changes: Mapping[str, Any]) -> Record:
        """Overwrite the given fields of a record; a value of None removes the field."""
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
        """Remove and return a record; raise the service's "not found" error if there is none."""
        if key not in self._records:
            raise self._missing(key)
        return self._records.pop(key)

    def discard(self, key: str) -> None:
        """Remove a record if it exists."""
        self._records.pop(key, None)

    def items(self) -> list[tuple[str, Record]]:
        """Return all records with their keys, in the order of creation."""
        return [(key, copy.deepcopy(record)) for key, record in self._records.items()]

    def all(self, where: Callable[[Record], bool] = lambda _: True) -> list[Record]:
        """Return all matching records, in the order of creation."""
        return [copy.deepcopy(record) for record in self._records.values() if where(record)]


class Tags:
    """Tags of one service's resources, by ARN."""

    def __init__(self, tags: dict[str, Record]) -> None:
        self._tags = tags

    def add(self, arn: str, tags: Mapping[str, str] | Iterable[Mapping[str, str]] | None) -> None:
        """Set tags, given as a map or as a list of Key/Value (or key/value) pairs."""
        current = self._tags.setdefault(arn, {})
        if isinstance(tags, Mapping):
            current.update(tags)
            return
        for tag in tags or ():
            current[tag.get("Key", tag.get("key", ""))] = tag.get("Value", tag.get("value", ""))

    def remove(self, arn: str, keys: Iterable[str]) -> None:
        """Remove tags by key."""
        current = self._tags.get(arn, {})
        for key in keys:
            current.pop(key, None)

    def remove_all(self, arn: str) -> None:
        """Remove all tags of a deleted resource."""
        self._tags.pop(arn, None)

    def as_dict(self, arn: str) -> dict[str, str]:
        """Return the tags as a map."""
        return dict(self._tags.get(arn, {}))

    def as_list(self, arn: str) -> list[dict[str, str]]:
        """Return the tags as a list of Key/Value pairs."""
        return [{"Key": key, "Value": value} for key, value in self._tags.get(arn, {}).items()]


class Store:
    """All tables of all accounts and regions."""

    def __init__(self) -> None:
        self.data: dict[Key, dict[str, Record]] = {}
        self.endpoint = ""
        """URL of the local cloud, for engines that run in it; not part of its state."""

    def table(
        self, key: Key, missing: Callable[[str], Exception] = KeyError, exists: Callable[[str], Exception] = KeyError
    ) -> Table:
        """Return one table; ``key`` is (account, region, service, kind)."""
        return Table(self.data.setdefault(key, {}), missing, exists)

    def tags(self, key: Key) -> Tags:
        """Return the tags of one service in one account and region."""
        return Tags(self.data.setdefault(key, {}))

    def count(self) -> int:
        """Return the number of records without tags."""
        return sum(len(records) for key, records in self.data.items() if key[3] != "tags")
