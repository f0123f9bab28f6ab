"""Secrets in options and input of commands, in XML and in settings; references to secrets pass."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.secrets.find import find_in_arguments, find_in_lines, find_secret

# Concatenated, so that secret scanners do not report this file.
SECRET = "S3cret" + "Passw0rd99"

COMMANDS = [
    f"curl -u admin:{SECRET} https://x.acme.example",
    f"curl -sSfLu 'admin:{SECRET}' https://x.acme.example",
    f"/usr/bin/curl -uadmin:{SECRET} https://x.acme.example",
    f"curl --user=admin:{SECRET} https://x.acme.example",
    f'curl --proxy-user "admin:{SECRET}" https://x.acme.example',
    f"curl -o out \\\n  -U admin:{SECRET} https://x.acme.example",
    f"curl --oauth2-bearer {SECRET} https://x.acme.example",
    f"curl --cert client.pem:{SECRET} https://x.acme.example",
    f"wget --user=admin --password={SECRET} https://x.acme.example",
    f"wget --http-password {SECRET} https://x.acme.example",
    f"mysql -uroot -p{SECRET} shop",
    f'sudo mysqldump -u root -p"{SECRET}" shop | gzip',
    f"PGPASSWORD={SECRET} psql -h db.acme.example",
    f'psql "host=db.acme.example user=u password={SECRET}"',
    f"psql postgresql://u:{SECRET}@db.acme.example/shop",
    f"mongosh -u root -p {SECRET} --host db.acme.example",
    f"redis-cli -h cache -a {SECRET} ping",
    f"sshpass -p {SECRET} ssh user@db.acme.example",
    f"sshpass -p'{SECRET}' scp x user@db.acme.example:",
    f"docker login -u robot -p {SECRET} registry.acme.example",
    f"echo {SECRET} | docker login -u robot --password-stdin registry.acme.example",
    f"skopeo copy --dest-creds robot:{SECRET} a b",
    f"aws configure set aws_secret_access_key {SECRET}",
    f"aws configure set --profile x aws_session_token '{SECRET}'",
    f"ldapsearch -D cn=admin -w {SECRET}",
    f"sqlcmd -S db -U sa -P {SECRET}",
    f"openssl rsa -passin pass:{SECRET} -in key.pem",
    f"sqlplus scott/{SECRET}@db",
    f"lftp -u user,{SECRET} sftp.acme.example",
    f"echo 'root:{SECRET}' | chpasswd",
    f'echo "root:{SECRET}" | sudo chpasswd',
    f"echo {SECRET} | passwd --stdin root",
    f"chpasswd <<EOF\nroot:{SECRET}\nEOF",
    f"X={SECRET}\nmysql -uroot -p$X shop",
    f"printf 'machine h login u password {SECRET}' > ~/.netrc",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_secret_of_a_command_is_found(command: str) -> None:
    script = f"#!/bin/bash\nset -e\n{command}\n"
    encoded = base64.b64encode(script.encode()).decode()
    for arguments in ({"user_data": script}, {"user_data": encoded}, {"command": ["/bin/sh", "-c", command]}):
        found = list(find_in_resource("aws_instance", arguments))
        assert found, arguments
        assert SECRET not in " ".join(found)


REFERENCES = ["$PASSWORD", "${PASSWORD}", "$${PASSWORD}", "$(aws secretsmanager get-secret-value --secret-id x)", "$1"]
REFERENCES += [
    '$(aws ssm get-parameter --name "/x" --query ".a b" | jq -r .b)',
    "${var.password}",
    "{{ pw }}",
    "<password>",
]
USES = [
    'curl -u "admin:%s" https://x.acme.example',
    'curl -u "$USER:%s" https://x.acme.example',
    'mysql -uroot -p"%s" shop',
    'PGPASSWORD="%s" psql -h db.acme.example',
    'mongosh -p "%s"',
    'redis-cli -a "%s"',
    'sshpass -p "%s" ssh user@db.acme.example',
    'docker login -p "%s" registry.acme.example',
    'aws configure set aws_secret_access_key "%s"',
    'echo "root:%s" | chpasswd',
    'echo "%s" | docker login --password-stdin registry.acme.example',
    "chpasswd <<EOF\nroot:%s\nEOF",
]


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("use", USES)
def test_reference_of_a_command_passes(use: str, reference: str) -> None:
    script = f"#!/bin/bash\nset -e\n{use % reference}\n"
    assert list(find_in_resource("aws_instance", {"user_data": script})) == []


@pytest.mark.parametrize(
    "command",
    [
        "curl -u admin https://x.acme.example",
        "curl -u : --negotiate https://x.acme.example",
        "curl -oresult:1 https://x.acme.example:8443/a:b",
        "curl -XPOST -HContent-Type:json https://x.acme.example",
        "curl -E pkcs11:object=x https://x.acme.example",
        "mysql -u root -p shop",
        "mysql -h db -P 3306 shop",
        "mongodump -p --db shop",
        "psql -p 5432 -U admin shop",
        "docker run -p 8080:80 nginx",
        "docker login --username robot --password-stdin registry.acme.example",
        "aws configure set region eu-west-1",
        "aws configure set role_arn arn:aws:iam::111111111111:role/x",
        "ssh -p 2222 user@db.acme.example",
        "sshpass -e ssh user@db.acme.example",
        "mkdir -p /data && zip -r x.zip /data",
        "openssl s_client -connect db.acme.example:443",
        "openssl rsa -passin env:KEY_PASSWORD -in key.pem",
        "aws ecr get-login-password | docker login -u AWS --password-stdin x",
        "aws s3 cp s3://acme-lake/x /tmp/x",
        "# mysql -uroot -pexample",
        "PW=$(aws ssm get-parameter --name x)\nmysql -uroot -p$PW shop",
    ],
)
def test_other_options_pass(command: str) -> None:
    assert list(find_in_resource("aws_instance", {"user_data": f"#!/bin/bash\n{command}\n"})) == []


def test_commands_as_lists_are_read() -> None:
    assert list(find_in_arguments(["mysql", "-uroot", f"-p{SECRET}"])) == ["-p of mysql holds a secret"]
    assert list(find_in_arguments(["/usr/bin/curl", "-u", f"admin:{SECRET}", "x"])) == ["-u of curl holds a secret"]
    command = ["aws", "configure", "set", "aws_secret_access_key", SECRET]
    assert list(find_in_resource("x", {"command": command})) == ["command: aws_secret_access_key of aws holds a secret"]
    assert list(find_in_arguments(["mysql", "-uroot", "-p$PW"])) == []
    assert list(find_in_resource("x", {"engines": ["mysql", "postgres"]})) == []


CLOUD_INIT = [
    f"chpasswd:\n  list: |\n    root:{SECRET}\n",
    f"chpasswd:\n  expire: false\n  list:\n    - root:RANDOM\n    - 'etl:{SECRET}'\n",
    f"chpasswd:\n  list: [root:R, etl:{SECRET}]\n",
    f"chpasswd:\n  users:\n    - {{name: root, password: {SECRET}, type: text}}\n",
    f"chpasswd:\n  users:\n    - name: root\n      password: {SECRET}\n",
    f"password: |\n  {SECRET}\n",
    f"runcmd:\n  - mysql -uroot -p{SECRET}\n",
    f"runcmd:\n  - [mysql, -uroot, -p{SECRET}]\n",
]


@pytest.mark.parametrize("settings_", CLOUD_INIT)
def test_passwords_of_cloud_init_are_found(settings_: str) -> None:
    for reference in ("$PASSWORD", "${var.password}"):
        passed = {"user_data": "#cloud-config\n" + settings_.replace(SECRET, reference)}
        assert list(find_in_resource("aws_instance", passed)) == []
    found = list(find_in_resource("aws_instance", {"user_data": f"#cloud-config\npackages: [jq]\n{settings_}"}))
    assert found
    assert SECRET not in " ".join(found)


@pytest.mark.parametrize(
    "settings_",
    [
        "chpasswd: {expire: false}\n",
        "chpasswd:\n  list: |\n    root:RANDOM\n    etl:R\n",
        "chpasswd:\n  expire: false\nwrite_files:\n  - path: a:b\n",
        "users:\n  - {name: etl, lock_passwd: true, groups: sudo}\n",
    ],
)
def test_settings_of_cloud_init_pass(settings_: str) -> None:
    assert list(find_in_resource("aws_instance", {"user_data": f"#cloud-config\n{settings_}"})) == []


FORMS = [
    "<config><password>%s</password></config>",
    '<c:db-password type="text">\n  %s\n</c:db-password>',
    "<password><![CDATA[%s]]></password>",
    "<property><name>fs.s3a.secret.key</name><value>%s</value></property>",
    "<property>\n  <name>javax.jdo.option.ConnectionPassword</name>\n  <value>%s</value>\n</property>",
    '<add key="DbPassword" value="%s"/>',
    '<user name="etl" password="%s"/>',
    "[Service]\nEnvironment=DB_PASSWORD=%s\n",
    "[client]\nuser = etl\npassword = %s\n",
    "db:\n  user: etl\n  password: %s\n",
    "users:\n  - {user: etl, password: %s}\n",
    "db:\n  - password: >-\n      %s\n",
]


@pytest.mark.parametrize("form", FORMS)
def test_secrets_of_documents_are_found(form: str) -> None:
    def found(value: str) -> str | None:
        text = form % value
        return find_secret("text", text) or find_in_lines(text)

    assert "holds a secret" in str(found(SECRET))
    for reference in ("${password}", "$PASSWORD", "{{ password }}", "****"):
        assert found(reference) is None, reference


@pytest.mark.parametrize(
    "text",
    [
        "<password/>",
        "<password></password>",
        "<column><name>password</name><type>string</type></column>",
        "<password-min-length>14</password-min-length>",
        "<property><name>table</name><value>orders</value></property>",
        "a < b and password > c",
        "Select <b>token</b> or <i>password</i>",
    ],
)
def test_other_markup_passes(text: str) -> None:
    assert find_secret("text", text) is None


_PARTS = ["mysql -p", "curl -u a:", "chpasswd:\n", " list: |\n", "<password>", "</password>", "<![CDATA[", '"', "'"]
_PARTS += [
    "$(",
    ")",
    "`",
    "{{",
    "}}",
    "\\",
    "\n",
    " ",
    "x",
    "<name>",
    "<value>",
    "echo ",
    " | chpasswd",
    "<<EOF",
    "{a: b",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=60))
def test_any_combination_is_read(parts: list[str]) -> None:
    found: list[Any] = list(find_in_resource("x", {"user_data": "".join(parts), "password": SECRET}))
    assert found[-1] == "password: password holds a secret"


@pytest.mark.parametrize("part", [*_PARTS, "mysql -p$(", "<a> ", "{a: ", "echo x ", "chpasswd <<E\n"])
def test_long_texts_are_read(part: str) -> None:
    """A pattern that backtracks would not end for these texts."""
    assert list(find_in_resource("x", {"password": SECRET, "user_data": part * 4000}))
