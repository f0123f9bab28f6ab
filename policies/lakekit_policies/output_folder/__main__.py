"""`python -m lakekit_policies.output_folder DIR`: remove an output folder, keep what is not generated."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from lakekit_policies.output_folder.clear import clear_stack, keep_all_errored_states, stack_folders
from lakekit_policies.output_folder.data_folder import data_folder


def main(outdir: Path) -> None:
    """Remove an output folder and print the files that were moved to the data folder.

    Raises:
        SystemExit: something cannot be moved or removed.
    """
    if not outdir.is_dir():
        return
    data = data_folder(outdir)
    try:
        kept = keep_all_errored_states(outdir, data)
        for folder in stack_folders(outdir / "stacks"):
            kept.extend(clear_stack(folder, data))
        shutil.rmtree(outdir)
    except OSError as error:
        sys.exit(f"{error.filename or outdir}: {error.strerror or error}; {outdir} was not removed")
    for path in kept:
        print(f"kept: {path}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
