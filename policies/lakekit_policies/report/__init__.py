"""Reports of a verdict. The JSON report is ``Verdict.to_json()``."""
