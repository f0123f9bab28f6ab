"""Make synthesized stacks readable for the stock checkov CLI: `python strip_required_version.py FOLDER`.

checkov's reader of Terraform JSON fails on `terraform.required_version`, which the S3 backend's locking
needs, and reports nothing; with it in place the stock side would be measured doing no work.
"""

import json
import sys
from pathlib import Path

for file in Path(sys.argv[1]).glob("stacks/*/cdk.tf.json"):
    document = json.loads(file.read_text(encoding="utf-8"))
    document.get("terraform", {}).pop("required_version", None)
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
