"""The first deployment to the local cloud under the deployment roles, against the same as the root user.

    python benchmarks/first_deploy.py [--pairs 1] [--stack NAME]

Resets the local cloud before each deployment, then runs `cdktf deploy` with the gate: with the sessions of deployer and
planner that `lakekit deploy` uses, whose requests are authorized, and with the credentials of the root user, whom
identity-based policies do not restrict. Run it in the project folder; the local cloud of the project is reset.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from deploy import deployable, run_gated
from lakekit_cli.commands.run_context import RunContext
from lakekit_local import LocalCloud

ENVIRONMENT = "local"
AS_ROOT = f"""#!{sys.executable}
import sys
from lakekit_cli.deployer import local_session
local_session.session_variables = lambda *_: {{}}
from lakekit_cli.terraform_gate import main
sys.exit(main())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1, help="measured deployments of each side")
    parser.add_argument("--stack", action="append", default=[], help="only this stack, such as `storage`; repeatable")
    options = parser.parse_args()

    context = RunContext.create(ENVIRONMENT)
    cloud = LocalCloud(Path.cwd())
    stacks = deployable(context, options.stack)
    unlocked = ["--skip-provider-lock"] if context.source.mirrors else []
    command = [str(context.cdktf), "deploy", *(stack.name for stack in stacks), "--auto-approve", *unlocked]
    samples: dict[str, list[tuple[float, float]]] = {"root": [], "roles": []}
    with tempfile.TemporaryDirectory() as folder:
        as_root = Path(folder) / "lakekit-terraform"
        as_root.write_text(AS_ROOT)
        as_root.chmod(0o700)
        environs = {
            "root": {**context.environ, "TERRAFORM_BINARY_NAME": str(as_root)},
            "roles": dict(context.environ),
        }
        for _ in range(options.pairs):
            for side, environ in environs.items():
                cloud.reset()
                cloud.ensure()
                sample = run_gated(command, environ)
                samples[side].append(sample)
                print(f"  {side}: {sample[0]:.1f} s, {sample[1]:.1f} s of processor time", file=sys.stderr)
    print("| stacks | measured | as root | under roles | roles ÷ root (medians) |\n|---|---|---|---|---|")
    for place, name in enumerate(("time", "processor time of the client")):
        root, roles = (statistics.median(sample[place] for sample in samples[side]) for side in ("root", "roles"))
        print(f"| {len(stacks)} | {name} | {root:.1f} s | {roles:.1f} s | **{roles / root:.2f}** |")


if __name__ == "__main__":
    main()
