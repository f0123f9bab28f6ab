"""Read a statement word by word."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit_policies.sql.parse import Word


def heading(words: Sequence[Word], length: int) -> str:
    """The first words of a statement, for messages and comparisons."""
    return " ".join(word.text for word in words[:length] if word.kind == "word")


def title(words: Sequence[Word], length: int) -> str:
    """The first keywords and names of a statement for messages, qualified names as one; ends at any other word."""
    parts: list[str] = []
    for word in words:
        if parts and word.text == "." and word.kind == "mark":
            parts[-1] += "."
        elif word.kind not in ("word", "name"):
            break
        elif parts and parts[-1].endswith("."):
            parts[-1] += str(word)
        elif len(parts) < length:
            parts.append(str(word))
        else:
            break
    return " ".join(parts)


class Reader:
    """Cursor over the words of one statement."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = list(words)
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._words)

    def take(self, *texts: str) -> bool:
        """Take these keywords or marks if they are next, all or none."""
        following = self._words[self._at : self._at + len(texts)]
        if [word.text for word in following if word.kind in ("word", "mark")] != list(texts):
            return False
        self._at += len(texts)
        return True

    def name(self) -> str:
        """Take a qualified name; "" if there is none. Unquoted parts are in upper case."""
        parts = []
        while self._at < len(self._words) and self._words[self._at].kind in ("word", "name"):
            parts.append(self._words[self._at].text)
            self._at += 1
            if not self.take("."):
                return ".".join(parts)
        return ""

    def parenthesis(self) -> list[Word]:
        """Take everything between parentheses; empty if the next word is not one."""
        if not self.take("("):
            return []
        start, depth = self._at, 1
        while self._at < len(self._words):
            word = self._words[self._at]
            if word.kind == "mark":
                depth += {"(": 1, ")": -1}.get(word.text, 0)
            self._at += 1
            if depth == 0:
                return self._words[start : self._at - 1]
        return []

    def options(self) -> dict[str, tuple[Word, ...]] | None:
        """Take ``KEY = value`` pairs up to the end; None if something else follows."""
        found: dict[str, tuple[Word, ...]] = {}
        while not self.is_done:
            key = self._words[self._at]
            self._at += 1
            if key.kind != "word" or not self.take("="):
                return None
            inner = self.parenthesis()
            if not inner:
                if self.is_done or self._words[self._at].kind == "mark":
                    return None
                inner = [self._words[self._at]]
                self._at += 1
            found[key.text] = tuple(inner)
            self.take(",")
        return found
