"""Sessions of the deployer and the planner in the local cloud.

The roles and their policies are those of `lakekit bootstrap`, created when a stack needs types that they do not cover.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lakekit.environment import directory
from lakekit_cli.deployer.emitted import Emitted, of_files
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_bytes, read_regular_text

if TYPE_CHECKING:
    from lakekit.environment import DeploymentRole, Environment
    from lakekit_local import LocalCloud

PRINCIPAL: Final = "lakekit-local"
"""Role of the user of the local cloud, which may assume both roles."""
_RECORD: Final = "deployment-roles.json"


def session_variables(cloud: LocalCloud, root: Path, stack: Path, environment: str, command: str) -> dict[str, str]:
    """Return `AWS_…` variables with a session of the planner for `plan`, else of the deployer.

    Args:
        cloud: the running local cloud.
        root: project folder.
        stack: folder of the stack.
        environment: name of its environment.
        command: subcommand of Terraform.

    Stacks without an environment file have no names to which permissions could be restricted; they keep the credentials
    of the root user.

    Raises:
        LakekitError: the environment file is not valid.
        LocalCloudError: the local cloud has stopped.
    """
    from lakekit_local import LocalCloudError

    kind = "planner" if command == "plan" else "deployer"
    file = root / directory() / f"{environment}.yaml"
    if not file.exists():
        return {}
    needed = of_files([stack / "cdk.tf.json"])
    digest = _digest(file)
    with suppress(LocalCloudError):
        if found := _recorded(cloud, environment, digest, needed):
            return _session(cloud, found, kind)
    from lakekit.environment import load

    with _exclusive(cloud):
        found = _recorded(cloud, environment, digest, needed)
        # The record may be newer than the last saved state of a local cloud that was killed.
        with suppress(LocalCloudError):
            if found:
                return _session(cloud, found, kind)
        siblings = stack.parent.glob(f"{environment}-*/cdk.tf.json")
        emitted = needed | of_files(siblings) | _emitted(_records(cloud).get(environment, {}))
        return _session(cloud, _create(cloud, load(environment, root / directory()), emitted, digest), kind)


def _create(cloud: LocalCloud, environment: Environment, emitted: Emitted, digest: str) -> dict[str, Any]:
    """Create the roles, and record what they cover."""
    import boto3

    from lakekit_cli.deployer.roles import DeploymentRoles

    local = _with_principal(environment)
    variables = cloud.variables(environment.account_id, environment.region)
    iam = boto3.client(
        "iam",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=environment.region,
    )
    for setting in DeploymentRoles(local, iam, emitted).settings():
        if setting.missing:
            setting.apply()
    names = environment.names
    made = {
        "digest": digest,
        "principal": names.role_arn(PRINCIPAL),
        "region": environment.region,
        "deployer": names.role_arn(environment.deployment.deployer.role),
        "planner": names.role_arn(environment.deployment.planner.role),
        **emitted.as_json(),
    }
    (cloud.home / _RECORD).write_text(json.dumps(_records(cloud) | {environment.name: made}, indent=1))
    return made


def _with_principal(environment: Environment) -> Environment:
    def trusting(role: DeploymentRole) -> DeploymentRole:
        return role.model_copy(update={"trusted_principals": (*role.trusted_principals, PRINCIPAL)})

    stated = environment.deployment
    roles = {"deployer": trusting(stated.deployer), "planner": trusting(stated.planner)}
    return environment.model_copy(update={"deployment": stated.model_copy(update=roles)})


def _session(cloud: LocalCloud, record: Mapping[str, Any], kind: str) -> dict[str, str]:
    return cloud.role_session(record[kind], record["principal"], record["region"])


def _recorded(cloud: LocalCloud, environment: str, digest: str, needed: Emitted) -> dict[str, Any] | None:
    """The record of an environment, if its roles cover a stack."""
    found = _records(cloud).get(environment)
    return found if found and found["digest"] == digest and needed <= _emitted(found) else None


def _records(cloud: LocalCloud) -> dict[str, dict[str, Any]]:
    try:
        found: dict[str, dict[str, Any]] = json.loads(read_regular_text(cloud.home / _RECORD, MAX_BYTES))
    except (OSError, ValueError):
        return {}
    return found


def _emitted(record: Mapping[str, Any]) -> Emitted:
    return Emitted(frozenset(record.get("types", ())), frozenset(record.get("force_destroy", ())))


def _digest(file: Path) -> str:
    """Digest of the environment file and of what the policies are made from."""
    digest = hashlib.sha256()
    with suppress(OSError):
        digest.update(read_regular_bytes(file, MAX_BYTES))
    package, library = Path(str(resources.files(__package__))), Path(str(resources.files("lakekit")))
    sources = [*package.glob("*.py"), *package.glob("*.toml"), *package.glob("types/*.toml")]
    for source in sorted([*sources, library / "iam/permissions_boundary.py"]):
        digest.update(read_regular_bytes(source, MAX_BYTES))
    return digest.hexdigest()


@contextmanager
def _exclusive(cloud: LocalCloud) -> Iterator[None]:
    """Let one process at a time create the roles."""
    with (cloud.home / "deployment-roles.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
