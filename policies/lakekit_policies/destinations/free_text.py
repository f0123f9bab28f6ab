"""Account ids, hosts and addresses in free text, where only their form suggests what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies.destinations import shapes
from lakekit_policies.destinations.model import Kind

_ACCOUNT: Final = re.compile(r"(?<![\w.:/+$-])[0-9]{12}(?![\w.:-])")
_MINUTE: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")
_HOST: Final = re.compile(
    r"(?<![\w@/.:$%*\\-])((?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+([a-z]{2,}))\.?((?::\d+)?(?:/[^\s\"',;]*)?)(?![\w.(@=\[-])",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"(?<![\w.:/-])(?:\d{1,3}(?:\.\d{1,3}){3}|\[?(?:::ffff:|[23][0-9a-f]{3}:)[0-9a-f:.]{2,}\]?)(?![\w.-])",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"(?i)bytes|size|offset|seq|count|timestamp|version|watermark|snapshot|release|build")
_NAMES: Final = re.compile(r"(?i)topic|class|package|table|column|schema|namespace|database|module")
"""Arguments whose values have dots and are no hosts."""
# Frequent top-level domains that are neither file extensions nor usual names of columns (id, is, name, data).
# https://www.iana.org/domains/root/db
_DOMAIN: Final = re.compile(
    r"agency|ai|app|ar|arpa|at|au|be|biz|br|ca|cat|ch|click|cloud|club|cn|co|com|cz|de|dev|digital|dk|edu"
    r"|email|es|eu|fi|fr|fun|gg|gov|hk|host|hu|icu|ie|il|in|info|io|ir|it|jp|kr|la|link|live|lt|ly|me|mil"
    r"|mx|net|network|nl|no|nz|onion|online|org|page|pro|pt|ro|ru|se|services|sg|shop|site|solutions|space"
    r"|store|su|support|systems|tech|tk|to|top|tr|tv|tw|ua|uk|us|vc|vip|website|work|world|ws|xyz|za|zone",
    re.IGNORECASE,
)
_PACKAGE: Final = re.compile(
    r"(?:java|javax|jdk|scala|sun|kotlin|org\.apache)\..*|(?:com|org|net|io|dev|edu)\..*[A-Z].*"
)
"""Packages of Java and Scala, which begin with a reversed domain and end with a class."""


def in_text(text: str, name: str) -> Iterator[tuple[Kind, str]]:
    """Account ids and hosts of a text without an ARN or a URL around them.

    Args:
        text: value of an argument.
        name: name of the argument; that of a size or a version means that numbers are no account ids or addresses.
    """
    is_number = _NUMBERS.search(name) is not None
    for found in () if is_number else _ACCOUNT.findall(text):
        if not _MINUTE.fullmatch(found) and int(found) % 1000 and int(found) % 1024:
            yield Kind.ACCOUNT, found
    if "." in text and not _NAMES.search(name.rpartition(".")[2]):
        for host, domain, path in _HOST.findall(text):
            if _DOMAIN.fullmatch(domain) and not _PACKAGE.fullmatch(host):
                yield from shapes.in_url(f"https://{host}{path}")
    for found in () if is_number else _ADDRESS.findall(text):
        yield from shapes.hosts(found.strip("[]"))
