"""Make synthesized stacks readable for the stock checkov CLI: `python strip_required_version.py FOLDER`.

checkov's reader of Terraform JSON fails on `terraform.required_version`, which the S3 backend's locking
needs, and reports nothing; with it in place the stock side would be measured doing no work.
"""

import json
import sys
from pathlib import Path

from lakekit_policies.terraform.synthesized_directory import stack_files
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

for file in stack_files(Path(sys.argv[1])):
    document = dict(SynthesizedStack.read(file).configuration)
    document.get("terraform", {}).pop("required_version", None)
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
