"""Show what Terraform writes to a file in memory while it writes, and keep it.

A pipe would do as well until this process is killed: Terraform would then end before it has saved its state.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lakekit_cli.state.lock_message import captured, read_all

from .output_filter import OutputFilter
from .process import write_all

_SECONDS = 0.1
_BLOCK = 1 << 16


class Followed:
    """A stream of Terraform that is shown and kept.

    Attributes:
        descriptor: What Terraform writes to.
    """

    def __init__(self, descriptor: int, target: int, replaced: OutputFilter) -> None:
        """Follow a stream.

        Args:
            descriptor: What Terraform writes to.
            target: Descriptor on which it is shown.
            replaced: What is shown of it.
        """
        self.descriptor = descriptor
        self._target = target
        self._filter = replaced
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        """What has been written."""
        return read_all(self.descriptor)

    def end(self) -> None:
        """Show the rest."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        position = 0
        while True:
            is_last = self._ended.wait(_SECONDS)
            while data := os.pread(self.descriptor, _BLOCK, position):
                position += len(data)
                write_all(self._target, self._filter.feed(data))
            if is_last:
                write_all(self._target, self._filter.end())
                return


@contextmanager
def followed(target: int, replaced: OutputFilter) -> Iterator[Followed]:
    """Yield a stream that is shown on a descriptor.

    Args:
        target: The descriptor.
        replaced: What is shown of it.
    """
    with captured() as descriptor:
        stream = Followed(descriptor, target, replaced)
        try:
            yield stream
        finally:
            stream.end()
