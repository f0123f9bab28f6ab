"""Policy gate: rules over synthesized stacks and plans; blocks everything it cannot approve.

>>> from pathlib import Path
>>> from lakekit_policies import Gate
>>> with Gate.start() as gate:                              # doctest: +SKIP
...     verdict = gate.evaluate_synth(Path("cdktf.out"))
"""

from lakekit_policies.errors import GateError
from lakekit_policies.gate.client import Gate
from lakekit_policies.gate.quarantine import quarantine_output
from lakekit_policies.shared.version import __version__
from lakekit_policies.verdict import Finding, Verdict

__all__ = ["Finding", "Gate", "GateError", "Verdict", "__version__", "quarantine_output"]
