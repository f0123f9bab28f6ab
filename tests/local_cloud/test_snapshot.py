"""Tests of the snapshot format: everything is restored, and no file executes code."""

from __future__ import annotations

import base64
import collections
import datetime
import gc
import io
import json
import os
import pickle
import stat
import subprocess
import sys
import tempfile
import threading
import time
import types
import warnings
import weakref
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import __version__ as moto_version
from moto import backends
from moto.utilities.utils import CaseInsensitiveDict

from lakekit_local.snapshot import allowed, file, moto_state
from lakekit_local.snapshot.decoder import decode
from lakekit_local.snapshot.encoder import encode
from lakekit_local.snapshot.errors import InvalidContentError, SnapshotError, UnsupportedStateError
from lakekit_local.snapshot.file import _code
from lakekit_local.snapshot.key import create_key, key_file
from nonempty import nonempty

# What a forged file would have to do to have an effect outside of the process, or to run code that is not moto's.
_EFFECTS = frozenset(
    {
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "os.remove",
        "os.rename",
        "os.mkdir",
        "os.rmdir",
        "os.chmod",
        "os.putenv",
        "os.kill",
        "subprocess.Popen",
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "shutil.rmtree",
        "tempfile.mkstemp",
        "pickle.find_class",
        "marshal.loads",
        "ctypes.dlopen",
        "_thread.start_new_thread",
        "exec",
        "compile",
        "open",
    }
)
_watch: list[str] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watch is not None and event in _EFFECTS:
        _watch.append(f"{event} {str(arguments)[:200]}")


sys.addaudithook(_audit)


@pytest.fixture(scope="module")
def default_state() -> dict[str, Any]:
    """The state that moto creates for each service in one account and region."""
    state: dict[str, Any] = {}
    for service in sorted(allowed.services()):
        try:
            target = allowed.load_service(service)
        except InvalidContentError:
            continue
        account = target["111111111111"]
        region = next(name for name in ("aws", "eu-west-1", *account.regions) if name in account.regions)
        state[service] = account[region]
    return state


@pytest.fixture
def effects() -> Iterator[list[str]]:
    """Events of the interpreter with effects, from now on. Code loaded before the fixture is loaded already."""
    global _watch  # noqa: PLW0603  an audit hook cannot be removed
    seen: list[str] = []
    _watch = seen
    yield seen
    _watch = None


def normalized(document: dict[str, Any]) -> dict[str, Any]:
    """The document with sets in one order; that of addresses differs in each process."""
    nodes = [[n[0], sorted(n[1], key=str)] if n[0] == "set" else n for n in document["nodes"]]
    return {**document, "nodes": nodes}


def test_default_state_of_all_services_is_restored(default_state: dict[str, Any]) -> None:
    assert len(default_state) > 150
    document = json.loads(json.dumps(encode(default_state)))
    restored = decode(document)
    again = normalized(encode(restored))
    assert len(again["nodes"]) == len(document["nodes"])
    differences = [
        pair for pair in zip(again["nodes"], normalized(document)["nodes"], strict=True) if pair[0] != pair[1]
    ]
    assert differences == []
    assert again["classes"] == document["classes"]
    for service, backend in nonempty(default_state.items()):
        assert type(restored[service]) is type(backend)


def test_values_survive() -> None:
    shared = ["x"]
    value: dict[Any, Any] = {
        "shared": [shared, shared],
        ("a", 1): {1, 2},
        "time": datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC),
        "bytes": b"\x00\xff",
        "text": "\ud800 surrogate \x00",
        "float": [float("inf"), 1e-300, -0.0],
        "default": collections.defaultdict(dict, {"k": {}}),
        "counter": collections.Counter({("s", "o"): 3}),
        "queue": collections.deque([1, 2], maxlen=2),
        "namespace": types.SimpleNamespace(a=1),
        "frozen": frozenset({1}),
        "big": 2**200,
        "$": ["plain list", {"$": 1}],
    }
    value["self"] = value
    restored = decode(json.loads(json.dumps(encode(value))))
    assert restored["self"] is restored
    assert restored["shared"][0] is restored["shared"][1]
    unequal = {"self", "shared"}
    assert {k: v for k, v in restored.items() if k not in unequal} == {
        k: v for k, v in value.items() if k not in unequal
    }
    assert restored["default"].default_factory is dict
    assert restored["queue"].maxlen == 2


def test_closed_files_stay_closed() -> None:
    for closed in (io.BytesIO(b"x"), tempfile.SpooledTemporaryFile()):  # noqa: SIM115  closed below
        closed.close()
        restored = decode(json.loads(json.dumps(encode(closed))))
        assert type(restored) is type(closed)
        assert restored.closed


def test_copied_metadata_of_objects_survives() -> None:
    metadata = CaseInsensitiveDict({"Owner": "sales"})
    for value in (metadata, metadata.copy()):
        restored = decode(json.loads(json.dumps(encode(value))))
        assert type(restored) is type(value)
        assert restored["owner"] == "sales"


def test_keys_locks_files_and_references_survive() -> None:
    key, curve = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    target = backends.get_backend("sqs")["111111111111"]["eu-west-1"]
    value = [key, curve, threading.Lock(), threading.RLock(), threading.Condition(), io.BytesIO(b"abc")]
    restored = decode(json.loads(json.dumps(encode([*value, target, weakref.ref(target)]))))
    assert restored[0].private_numbers() == key.private_numbers()
    assert restored[1].private_numbers() == curve.private_numbers()
    assert [type(item) for item in restored[2:5]] == [type(item) for item in value[2:5]]
    assert restored[5].read() == b"abc"
    assert restored[7]() is restored[6]


def test_rsa_key_with_foreign_numbers_is_rejected() -> None:
    from cryptography.hazmat.primitives import serialization

    own, other = (rsa.generate_private_key(65537, 2048).private_numbers() for _ in range(2))
    forged = rsa.RSAPrivateNumbers(own.p, own.q, other.d, own.dmp1, own.dmq1, own.iqmp, own.public_numbers).private_key(
        unsafe_skip_rsa_key_validation=True
    )
    pem = forged.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with pytest.raises(InvalidContentError, match="do not belong together"):
        decode({"classes": [], "nodes": [["list", [["private_key", pem]]]], "root": [0]})


def test_deep_state_needs_no_recursion() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    restored = decode(json.loads(json.dumps(encode(deep))))
    for _ in range(50_000):
        (restored,) = restored
    assert restored == []


class Local:
    """A class that is not moto's."""


def test_unknown_classes_are_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    file.save(path, {"store": {}})
    before = path.read_bytes()
    for value in (Local(), os.system, subprocess.Popen, lambda: None, Path("/")):
        with pytest.raises(UnsupportedStateError):
            file.save(path, {"store": value})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "subprocess:Popen",
        "builtins:eval",
        "builtins:object",
        "moto.awslambda.models:os",
        "moto.dynamodb.models.table_import:Thread",
        "moto.awslambda.models:threading.Thread",
        "moto.moto_server.werkzeug_app:DomainDispatcherApplication",
        "moto.moto_proxy.proxy3:ProxyRequestHandler",
        "moto.core.base_backend:InstanceTrackerMeta",
        "moto.core.base_backend:BackendDict",
        "moto.nothing.models:Nothing",
        "moto.s3.models:Nothing",
        "moto.s3.models:",
        "moto.s3.models:FakeKey.__init__",
        "lakekit_local.server.server:LocalCloudServer",
        "",
    ],
)
def test_forged_class_is_rejected(name: str) -> None:
    document = {"classes": [name], "nodes": [["instance", 0, {}]], "root": [0]}
    with pytest.raises(InvalidContentError):
        decode(document)


FAKE_KEY = "moto.s3.models:FakeKey"
BACKEND = "moto.sqs.models:SQSBackend"


@pytest.mark.parametrize(
    "document",
    [
        {"classes": [], "nodes": [["list", [["function", "os:system"]]]], "root": [0]},
        {"classes": [], "nodes": [["list", [["type", "eval"]]]], "root": [0]},
        {"classes": [], "nodes": [["defaultdict", ["bytes", ""], []]], "root": [0]},
        {"classes": [], "nodes": [["list", [[-1]]]], "root": [0]},
        {"classes": [], "nodes": [["list", [{"a": 1}]]], "root": [0]},
        {"classes": [], "nodes": [["list", [["unknown"]]]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", -1, {}]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", True, {}]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", 0, {"x": ["method", [0], 0, "__init__x"]}]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", 0, {}], ["list", [["enum", 0, "name"]]]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", 0, {"x": ["method", [0], 0, "reset"]}]], "root": [0]},
        {"classes": [BACKEND], "nodes": [["instance", 0, {"reset": 1}]], "root": [0]},
        {"classes": [FAKE_KEY], "nodes": [["instance", 0, {"dispose": ["class", 0]}]], "root": [0]},
        {"classes": [FAKE_KEY], "nodes": [["instance", 0, {"value": 1}]], "root": [0]},
    ],
)
def test_forged_content_is_rejected(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    # The finalizer of a rejected FakeKey has no attributes.
    monkeypatch.setattr(sys, "unraisablehook", lambda _unraisable: None)
    with pytest.raises(InvalidContentError):
        decode(document)
    gc.collect()


def test_finalizers_use_no_forged_attribute() -> None:
    called: list[str] = []
    document = {
        "classes": [FAKE_KEY, "moto.ec2.models.instances:Instance"],
        "nodes": [["list", [[1], [2]]], ["instance", 0, {"multipart": 1}], ["instance", 1, {"_private_ips": 1}]],
        "root": [0],
    }

    class Forged:
        """Stands for an object whose methods a forged document chooses."""

        def __getattr__(self, name: str) -> Any:
            called.append(name)
            raise AttributeError(name)

    key, instance = decode(document)
    vars(key).update(_value_buffer=Forged(), multipart=Forged())
    vars(instance).update(ec2_backend=Forged(), _private_ips=Forged())
    del key, instance
    gc.collect()
    assert called == []


def test_method_of_a_forged_object_is_not_called(tmp_path: Path) -> None:
    """The finalizer of an EC2 instance called `get_subnet` of its backend, here a method that reads unsafe YAML."""
    written = tmp_path / "written"
    document = {
        "classes": [
            "moto.ec2.models.instances:Instance",
            "moto.ec2.models:EC2Backend",
            "moto.cloudformation.models:Stack",
        ],
        "nodes": [
            ["instance", 0, {"ec2_backend": [1], "_subnet_id": "x", "_private_ips": [3]}],
            ["instance", 1, {"get_subnet": ["method", [2], 2, "has_template"]}],
            ["instance", 2, {"template": f"!!python/object/apply:os.system ['touch {written}']"}],
            ["list", []],
        ],
        "root": [0],
    }
    with pytest.raises(InvalidContentError):
        decode(document)
    gc.collect()
    assert not written.exists()


def test_template_of_cloudformation_calls_no_function(client: Callable[..., Any], unique: str, tmp_path: Path) -> None:
    written = tmp_path / "written"
    template = f"Resources: !!python/object/apply:os.system ['touch {written}']"
    with pytest.raises(botocore.exceptions.ClientError):
        client("cloudformation").create_stack(StackName=unique, TemplateBody=template)
    assert not written.exists()
    queue = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref 'AWS::StackName'}}}"
    client("cloudformation").create_stack(StackName=f"{unique}-queue", TemplateBody=queue)
    assert client("sqs").get_queue_url(QueueName=f"{unique}-queue")["QueueUrl"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 40) | st.text(max_size=8) | st.floats(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=6), children, max_size=3),
    max_leaves=12,
)
CLASS_NAMES = [
    BACKEND,
    FAKE_KEY,
    "moto.sqs.models:Queue",
    "moto.ec2.models.instances:Instance",
    "moto.ec2.models:EC2Backend",
    "moto.s3.models:MultipartDict",
    "moto.s3.utils:_VersionedKeyStore",
    "moto.batch.models:Job",
    "moto.dynamodb.models.dynamo_type:DynamoType",
    "moto.iam.models:Role",
    "moto.iam.models:ManagedPolicy",
    "moto.awslambda.models:LambdaFunction",
    "moto.stepfunctions.models:StateMachine",
    "moto.kms.utils:KeySpec",
    "moto.utilities.utils:CaseInsensitiveDict",
]
KINDS = [
    *("dict", "list", "set", "OrderedDict", "Counter", "defaultdict", "deque", "bytearray", "lock", "rlock"),
    *("condition", "event", "reference", "weak_values", "spooled_file", "bytes_io", "namespace", "sentinel"),
    "instance",
]
TAGS = [
    *("tuple", "frozenset", "type", "class", "enum", "subclass", "named_tuple", "function", "method", "bytes"),
    *("datetime", "timedelta", "decimal", "uuid", "range", "pattern", "ip", "network", "private_key", "certificate"),
]
references = st.integers(0, 9).map(lambda number: [number])
values = (
    references
    | json_values
    | st.builds(lambda tag, rest: [tag, *rest], st.sampled_from(TAGS), st.lists(json_values | references, max_size=3))
    | st.builds(lambda n, owner, name: ["method", [owner], n, name], st.integers(0, 14), st.integers(0, 9), st.text())
    | st.builds(lambda n: ["class", n], st.integers(0, 14))
)
attributes = st.dictionaries(
    st.sampled_from(["_value_buffer", "multipart", "ec2_backend", "arn", "name", "__class__", "__dict__", "_target"])
    | st.text(max_size=5),
    values,
    max_size=4,
)
nodes = (
    st.builds(lambda kind, rest: [kind, *rest], st.sampled_from(KINDS), st.lists(json_values | values, max_size=3))
    | st.builds(lambda number, state: ["instance", number, state], st.integers(0, 14), attributes)
    | st.builds(
        lambda number, state, pairs, factory: ["instance", number, state, pairs, factory],
        st.integers(0, 14),
        attributes,
        st.lists(st.tuples(values, values).map(list), max_size=3),
        values,
    )
    | st.builds(lambda pairs: ["dict", pairs], st.lists(st.tuples(values, values).map(list), max_size=3))
    | st.builds(lambda items: ["list", items], st.lists(values, max_size=4))
)
documents = st.builds(
    lambda made, root: {"classes": CLASS_NAMES, "nodes": made, "root": root},
    st.lists(nodes, min_size=10, max_size=14),
    values,
)


def test_fuzzed_documents_execute_nothing(effects: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # Finalizers of rejected objects lack attributes; printing their traceback compiles lines of source.
    monkeypatch.setattr(sys, "unraisablehook", lambda _unraisable: None)
    for name in CLASS_NAMES:
        allowed.find_class(name)  # imports moto's models, which is not an effect of a document
    outcomes: collections.Counter[str] = collections.Counter()

    @settings(max_examples=1500, deadline=None, database=None)
    @given(documents)
    def load(document: dict[str, Any]) -> None:
        del effects[:]
        try:
            decode(document)
        except Exception as error:
            outcomes[type(error).__name__] += 1
        else:
            outcomes["restored"] += 1
        # hypothesis itself opens files of the source; nothing of the document may.
        assert list(filter(lambda event: "hypothesis" not in event, effects)) == []

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # finalizers of rejected objects
        load()
        gc.collect()
    assert outcomes["restored"] > 20
    assert outcomes["InvalidContentError"] > 20


def _write(path: Path, payload: bytes, **header: Any) -> None:
    """Write a file that the key of this user authenticates."""
    head = {"format": file.FORMAT, "moto": moto_version, "hmac": _code(create_key(), payload), **header}
    path.write_bytes(json.dumps(head).encode() + b"\n" + payload)


def _with_resource_map(name: str) -> dict[str, Any]:
    """A document with a map of CloudFormation, which creates a resource when it is read, in place of a dictionary."""
    document: dict[str, Any] = {
        "classes": ["moto.cloudformation.parsing:ResourceMap"],
        "nodes": [
            ["dict", {"extra": [1], "backends": [2], "buckets": [3]}],
            ["dict", {"store": [4], "calls": [4], "reasons": [4]}],
            ["dict", {"sqs": [5]}],
            ["dict", {}],
            ["dict", {}],
            ["dict", {"123456789012": [6]}],
            ["dict", {}],
            ["instance", 0, {"_parsed_resources": [3], "_resource_json_map": [8], "_account_id": "1", "tags": [3]}],
            ["dict", {name: [9] for name in ("sqs", "123456789012", "eu-west-1", "store", "extra", "backends")}],
            ["dict", {"Type": "AWS::SQS::Queue", "Properties": [10]}],
            ["dict", {"QueueName": "made-while-loading"}],
        ],
        "root": [0],
    }
    nodes = document["nodes"]
    places = {"extra": (0, "extra"), "backends": (0, "backends"), "buckets": (0, "buckets"), "store": (1, "store"),
              "service": (2, "sqs"), "account": (5, "123456789012")}  # fmt: skip
    if name == "root":
        document["root"] = [7]
    else:
        node, key = places[name]
        nodes[node][1][key] = [7]
    return document


@pytest.mark.parametrize("place", ["root", "extra", "store", "backends", "service", "account", "buckets"])
def test_mapping_with_code_is_rejected(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    kind = allowed.find_class("moto.cloudformation.parsing:ResourceMap")
    for name in ("__getitem__", "__iter__", "__len__", "keys", "items", "values", "get"):
        monkeypatch.setattr(kind, name, lambda *_, name=name: used.append(name), raising=False)
    path = tmp_path / "snapshot.json"
    _write(path, json.dumps(_with_resource_map(place)).encode())
    with pytest.raises(SnapshotError, match="damaged"):
        file.load(path, ("store",))
    assert used == []


def test_default_of_a_dictionary_is_a_known_class() -> None:
    document = {"classes": ["moto.s3.models:FakeAcl"], "root": [0], "nodes": [["defaultdict", ["class", 0], []]]}
    with pytest.raises(InvalidContentError):
        decode(document)


@pytest.mark.parametrize("change", ["key of another user", "no key", "other content", "no code", "earlier format"])
def test_snapshot_of_someone_else_is_not_decoded(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "snapshot.json"
    file.save(path, {"store": {}})
    assert file.load(path) == {"store": {}}
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file().parent.stat().st_mode) == 0o700
    head, _, payload = path.read_bytes().partition(b"\n")
    header = json.loads(head)
    match change:
        case "key of another user":
            key_file().write_bytes(bytes(32))
        case "no key":
            key_file().unlink()
        case "other content":
            payload = payload.replace(b"store", b"stare")
        case "no code":
            del header["hmac"]
        case "earlier format":
            header["format"] = 3
    path.write_bytes(json.dumps(header).encode() + b"\n" + payload)
    monkeypatch.setattr(file, "decode", lambda _: pytest.fail("decoded"))
    with pytest.raises(SnapshotError, match="lakekit local reset"):
        file.load(path)


def test_functions_run_in_no_container(client: Callable[..., Any], unique: str) -> None:
    role = client("iam").create_role(
        RoleName=unique,
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            }
        ),
    )["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("main.py", "def handler(event, context): return 'ran'")
    functions = client("lambda")
    functions.create_function(
        FunctionName=unique,
        Runtime="python3.11",
        Role=role,
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    answer = functions.invoke(FunctionName=unique)
    assert b"the local cloud runs no containers" in answer["Payload"].read()


def test_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Forged:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "executed",)

    forged = pickle.dumps({"extra": Forged(), "backends": {}, "buckets": {}})
    old = tmp_path / "snapshot.pickle"
    old.write_bytes(b'{"format": 2}\n' + forged)
    with pytest.raises(SnapshotError, match="pickle") as error:
        file.load(tmp_path / "snapshot.json")
    assert error.value.where == str(old)
    assert "lakekit local reset" in str(error.value.fix)
    _write(tmp_path / "snapshot.json", forged)
    with pytest.raises(SnapshotError, match="damaged"):
        file.load(tmp_path / "snapshot.json")
    _write(tmp_path / "snapshot.json", json.dumps(base64.b64encode(forged).decode()).encode())
    with pytest.raises(SnapshotError, match="damaged"):
        file.load(tmp_path / "snapshot.json")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_snapshot_that_is_not_a_regular_file_is_rejected(tmp_path: Path, kind: str) -> None:
    snapshot = tmp_path / "snapshot.json"
    match kind:
        case "pipe":
            os.mkfifo(snapshot)
        case "device":
            snapshot.symlink_to("/dev/zero")
        case _:
            snapshot.mkdir()
    with pytest.raises(SnapshotError, match="not readable: "):
        file.load(snapshot)


def test_policies_of_aws_alone_are_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    account = allowed.load_service("iam")["222222222222"]
    backend = account["aws-cn"]
    try:
        assert len(backend.managed_policies) > 100
        assert "aws-cn" not in moto_state.collect()["backends"]["iam"]["222222222222"]
        backend.create_user("cn-north-1", "ana")
        assert moto_state.collect()["backends"]["iam"]["222222222222"]["aws-cn"] is backend
    finally:
        account.pop("aws-cn")


def test_backend_of_another_service_is_rejected(default_state: dict[str, Any]) -> None:
    content = {"backends": {"sqs": {"111111111111": {"eu-west-1": default_state["sns"]}}}, "buckets": {}}
    with pytest.raises(InvalidContentError, match="invalid backend"):
        moto_state.restore(content)


def test_snapshot_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.with_suffix(".writing").touch(mode=0o666)
    before = os.umask(0)
    try:
        file.save(path, {"store": {}})
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_large_snapshot_loads_in_three_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies of two accounts, images of two regions, 40 keys: more than the reference deployment."""
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    for account in ("333333333333", "444444444444"):
        assert backends.get_backend("iam")[account]["aws"].managed_policies
    for region in ("eu-west-1", "us-east-1"):
        assert backends.get_backend("ec2")["111111111111"][region].amis
    key = rsa.generate_private_key(65537, 2048)
    monkeypatch.setattr(backends.get_backend("kms")["111111111111"]["eu-west-1"], "keys", dict.fromkeys(range(40), key))
    path = tmp_path / "snapshot.json"
    file.save(path, {"store": {}})
    started = time.process_time()
    assert file.load(path) is not None
    assert time.process_time() - started < 3
