"""A check of the built site: no page loads anything from another host."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LINKS = {"stylesheet", "icon", "preconnect", "preload", "prefetch", "manifest"}


class _Assets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        url = given.get(LOADS[tag]) if tag in LOADS else None
        if tag == "link" and LINKS & set((given.get("rel") or "").split()):
            url = given.get("href")
        if url and url.startswith(("http:", "https:", "//")):
            self.found.append(url)


def external_assets(site: Path) -> list[str]:
    """`page: URL` of everything that a browser would load from another host while it shows the page."""
    found = []
    for page in sorted(site.rglob("*.html")):
        parser = _Assets()
        parser.feed(page.read_text(encoding="utf-8"))
        found += [f"{page.relative_to(site)}: {url}" for url in parser.found]
    return found
