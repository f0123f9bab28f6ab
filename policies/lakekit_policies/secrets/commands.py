"""Credentials in the options and the input of common command line clients.

Long options with a telling name (`--password x`) are found by their name in any command; this module knows the options
whose name does not tell: `curl -u user:password`, `mysql -ppassword`, `echo user:password | chpasswd`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lakekit_policies.secrets.names import is_secret_name
from lakekit_policies.secrets.references import is_reference


@dataclass(frozen=True, slots=True)
class _Option:
    """An option whose value holds a password."""

    pattern: re.Pattern[str]
    """The option; group 1 is the value that is attached to it."""
    separator: str = ""
    """Text between the user and the password; empty if the value is the password."""
    is_attached: bool = False
    """Whether the value must be attached: the word after `mysql -p` is the name of a database."""
    command: str = ""
    """Command that has the option: `docker login`, not `docker run`."""


def _option(pattern: str, **more: object) -> _Option:
    return _Option(re.compile(pattern), **more)  # type: ignore[arg-type]


_P: Final = _option(r"-p(.*)")
_LOGIN: Final = _option(r"-p(.*)", command="login")
# https://curl.se/docs/manpage.html, https://dev.mysql.com/doc/refman/8.4/en/command-line-options.html,
# https://www.mongodb.com/docs/mongodb-shell/reference/options/, https://redis.io/docs/latest/develop/tools/cli/,
# https://docs.docker.com/reference/cli/docker/login/, https://learn.microsoft.com/sql/tools/sqlcmd/sqlcmd-utility,
# https://www.openldap.org/software/man.cgi?query=ldapsearch, https://linux.die.net/man/1/sshpass
_CURL: Final = (
    # After options without a value: `-sSLu`.
    _option(r"(?:-[aBfgGiIjJkLlnNOpqRsSvZ0-9#]*[uU]|--(?:proxy-)?user=?)(.*)", separator=":"),
    _option(r"(?:-E|--(?:proxy-)?cert=?)(.*)", separator=":"),
    _option(r"--oauth2-bearer=?(.*)"),
)
_MYSQL: Final = (_option(r"-p(.+)", is_attached=True),)
_CREDENTIALS: Final = (_LOGIN, _option(r"--(?:src-|dest-)?creds=?(.*)", separator=":"))
_CLIENTS: Final[Mapping[str, tuple[_Option, ...]]] = {
    "curl": _CURL,
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump"), _MYSQL),
    **dict.fromkeys(("mongo", "mongosh", "mongodump", "mongorestore", "mongoimport", "mongoexport"), (_P,)),
    **dict.fromkeys(("sshpass", "beeline", "cqlsh"), (_P,)),
    **dict.fromkeys(("docker", "podman", "buildah", "skopeo", "nerdctl", "helm", "oras", "crane", "az"), _CREDENTIALS),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"), (_option(r"-w(.*)"),)),
    **dict.fromkeys(("sqlcmd", "bcp", "zip", "unzip"), (_option(r"-P(.*)"),)),
    "redis-cli": (_option(r"-a(.*)"),),
    "lftp": (_option(r"-u(.*)", separator=","),),
    "smbclient": (_option(r"-U(.*)", separator="%"),),
    "openssl": (_option(r"-pass(?:in|out)?()", separator="pass:"), _option(r"-k()", command="enc")),
    **dict.fromkeys(("aws", "npm", "yarn", "pip", "gcloud"), ()),
}
_SETTERS: Final = frozenset({"aws", "npm", "yarn", "pip", "gcloud"})
"""Clients that store a setting: `aws configure set aws_secret_access_key x`."""
_NAMES: Final = "|".join(sorted(map(re.escape, _CLIENTS), reverse=True))
_PROGRAM: Final = re.compile(rf"(?<![\w./-])(?:[\w.-]*/)*({_NAMES})(?=[ \t])")
_ANY: Final = re.compile(rf"(?<![\w.-])(?:{_NAMES})[\"']?[ \t,]")
# A command of cloud-init: `- [mysql, -uroot]`.
_SEQUENCE: Final = re.compile(r"(?m)^[-\t ]*-[ \t]+\[([^\[\]\n]*)\][ \t]*$")
_SEGMENT: Final = r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|\{\{.*?\}\}|\\.|[^\s;&|<>"\'`()\\]'
_WORD: Final = re.compile(rf"[ \t]*((?:{_SEGMENT})+)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'')
_LONGEST: Final = 4000
"""Characters of a command that are read."""
_MAX_WORDS: Final = 100
"""Words of a command that are read."""
_COMMENT: Final = re.compile(r"(?m)^[ \t]*#(?!!).*$")
_ASSIGNED: Final = re.compile(r"(?m)(?:^|[\s;])(?:export\s+)?([A-Za-z_]\w*)=(\"[^\"$`]*\"|'[^']*'|[^\s;&|\"'$`()]+)")
_VARIABLE: Final = re.compile(r"\$\$?\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
_REFERENCE: Final = re.compile(r"\$\$?\{[^{}]*\}|\$\(.*|`[^`]*`|\{\{.*?\}\}|\$[A-Za-z_]\w*|\$[0-9@*]")
_REST: Final = 6
"""Characters outside of references from which a value is a password: those of `$USER-x` are too few."""
# https://docs.oracle.com/en/database/oracle/oracle-database/23/sqpug/starting-SQL-Plus.html
_SQLPLUS: Final = re.compile(r"\b(?:sqlplus|expdp|impdp)\s+(?:-\w+\s+)*[\"']?[\w$]+/([^\s@\"']+)@")
# https://man7.org/linux/man-pages/man8/chpasswd.8.html
_PIPED: Final = re.compile(
    rf"(?:^|[\s;&(])(?:echo|printf)(?:[ \t]+-\w+)*[ \t]+((?:{_SEGMENT})+)[ \t]*\|[ \t]*(?:sudo[ \t]+)?"
    r"(?:[\w./-]*/)?(chpasswd\b|passwd[^\n;|]*--stdin|[^\s;|][^\n;|]*--password-stdin)"
)
_HERE: Final = re.compile(r"(?m)\bchpasswd\b[^\n]*<<-?[ \t]*[\"']?(\w+)[\"']?[^\n]*\n((?:.*\n){0,200}?)[ \t]*\1[ \t]*$")
# https://cloudinit.readthedocs.io/en/latest/reference/modules.html#set-passwords
_CLOUD_INIT: Final = re.compile(r"(?m)^([ \t]*)chpasswd:(.*)\n((?:\1[ \t].*(?:\n|\Z)|[ \t]*\n)*)")
_LOGIN_LINE: Final = re.compile(r"[-\s]*[\"']?([a-z_][\w.$-]*):([^\s:].*?)[\"']?")
_GENERATED: Final = frozenset({"R", "RANDOM"})
# https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
_NETRC: Final = re.compile(r"\blogin\s+\S+\s+password\s+(\S+)")


def in_text(text: str) -> Iterator[str]:
    """Problems of the commands in a text: a script, user data of cloud-init, or one command."""
    if "passw" in text:
        yield from _input(text)
    if any(_is_password(value, {}) for value in _SQLPLUS.findall(text)):
        yield "the connection of SQL*Plus holds a secret"
    if _ANY.search(text) is None:
        return
    code = _COMMENT.sub("", text).replace("\\\n", " ")
    known = {name: value.strip("\"'") for name, value in _ASSIGNED.findall(code)}
    for items in _SEQUENCE.findall(code):
        yield from in_words([one.strip(" \t\"'") for one in items.split(",")])
    for program, rest in dict.fromkeys(
        (program[1], code[program.end() : program.end() + _LONGEST]) for program in _PROGRAM.finditer(code)
    ):
        yield from _command(program, _words(rest), known)


def in_words(words: Sequence[str]) -> Iterator[str]:
    """Problems of a command whose words are the items of a list."""
    for index, word in enumerate(words):
        program = word.rpartition("/")[2]
        if program in _CLIENTS:
            yield from _command(program, words[index + 1 :], {})
            return


def _words(rest: str) -> list[str]:
    """The words of a command up to its end, without quotes."""
    words: list[str] = []
    at = 0
    while len(words) < _MAX_WORDS and (word := _WORD.match(rest, at)):
        words.append(_unquoted(word[1]))
        at = word.end()
    return words


def _unquoted(word: str) -> str:
    return _QUOTED.sub(lambda found: found[1] if found[1] is not None else found[2], word)


def _command(program: str, words: Sequence[str], known: Mapping[str, str]) -> Iterator[str]:
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if program in _SETTERS and "set" in words[:index] and is_secret_name(word) and _is_password(following, known):
            yield f"{word} of {program} holds a secret"
        for option in _CLIENTS[program]:
            given = option.pattern.fullmatch(word)
            if given is None or (option.command and option.command not in words[:index]):
                continue
            value = given[1] or ("" if option.is_attached or following.startswith("-") else following)
            if value.startswith("pkcs11:"):
                continue  # the address of a key
            if option.separator:
                value = value.partition(option.separator)[2]
            if _is_password(value, known):
                name = word[: given.start(1)].rstrip("=")
                yield f"{name} of {program} holds a secret"


def _is_password(value: str, known: Mapping[str, str]) -> bool:
    """Whether a value is literal, after the variables that the script sets to a literal."""
    value = _VARIABLE.sub(lambda found: known.get(found[1] or found[2], found[0]), value)
    if is_reference(value):
        return False
    rest = _REFERENCE.sub("", value)
    return bool(rest.strip()) and (rest == value or len(rest) >= _REST)


def _input(text: str) -> Iterator[str]:
    """Passwords that commands read from their input, and those of cloud-init and netrc files."""
    for value, program in _PIPED.findall(text):
        plain = _unquoted(value)
        password = plain.partition(":")[2] if program == "chpasswd" else plain
        if _is_password(password, {}):
            yield f"input of {'chpasswd' if program == 'chpasswd' else 'a login'} holds a secret"
    for _, lines in _HERE.findall(text):
        yield from _logins(lines.splitlines())
    for _, first, block in _CLOUD_INIT.findall(text):
        lines = [part for line in (first, *block.splitlines()) for part in _items(line)]
        yield from _logins(lines)
    if any(_is_password(value, {}) for value in _NETRC.findall(text)):
        yield "password of a netrc file holds a secret"


def _items(line: str) -> list[str]:
    """The entries of a line of YAML: several in a list `[a:x, b:y]`."""
    before, bracket, inside = line.partition("[")
    return inside.rpartition("]")[0].split(",") if bracket else [before.strip()]


def _logins(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        login = _LOGIN_LINE.fullmatch(line.rstrip())
        if login and login[2] not in _GENERATED and _is_password(login[2], {}):
            yield f"chpasswd: the password of {login[1]} holds a secret"
