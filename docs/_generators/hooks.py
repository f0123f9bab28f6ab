"""The mkdocs hook: adds the generated pages and checks that the built site works offline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from _generators import api, cli, constructs, environment, offline, repository, rules

API = "API"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the API pages in the navigation."""
    pages = [{name: f"reference/api/{name}.md"} for name in api.modules()]
    config.nav = _filled(config.nav or [], pages)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {
        "reference/environment.md": environment.render(),
        "reference/rules.md": rules.render(),
        "reference/cli.md": cli.render(),
        **{f"reference/api/{name}": page for name, page in api.pages().items()},
        **repository.pages(),
    }
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Fill in the tables of public names."""
    up: str = "../" * page.file.src_uri.count("/")
    return constructs.fill(markdown, f"{up}reference/api", api.modules())


def on_post_build(config: MkDocsConfig) -> None:
    """Fail if a page loads anything from another host."""
    found = offline.external_assets(Path(config.site_dir))
    if found:
        raise PluginError("the site loads assets from other hosts:\n" + "\n".join(found))


def _filled(nav: list[Any], pages: list[dict[str, str]]) -> list[Any]:
    return [
        {
            title: pages if title == API else _filled(content, pages) if isinstance(content, list) else content
            for title, content in entry.items()
        }
        if isinstance(entry, dict)
        else entry
        for entry in nav
    ]
