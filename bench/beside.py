"""What lambdalint costs beside cfn-lint and checkov, cold and in one process, over the same templates.

`python bench/beside.py [--checkov COMMAND] DIRECTORY…` gives each what it reads below a directory: cfn-lint the
templates of CloudFormation and SAM that lambdalint took for such, checkov all of it. Prints CPU seconds and their
ratios, of the medians of three rounds: lambdalint is to be five times as fast as cfn-lint, ten times as checkov.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from again import seconds

PROGRAM = """
import json, sys
from lambdalint.configs import Given
from lambdalint.running import configs_of, run
report, *_ = run((".",), {}, configs_of(None, Given()), False)
print(json.dumps(report.cloudformation))
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("directories", nargs="+")
    asked.add_argument("--checkov", default="", help="its command, where it is installed")
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    beside = Path(sys.executable)
    for directory in given.directories:
        told = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=directory, capture_output=True, text=True, check=True
        )
        templates = json.loads(told.stdout)
        commands = {
            "lambdalint": [
                str(beside.with_name("lambdalint")),
                "check",
                "--no-cache",
                "--jobs",
                "1",
                "--format",
                "text",
            ],
            "cfn-lint": [str(beside.with_name("cfn-lint")), "--format", "parseable", "--", *templates]
            if templates
            else [],
            "checkov": [given.checkov, "--compact", "--quiet", "-d", "."] if given.checkov else [],
        }
        cost = {
            name: statistics.median(seconds(command, directory) for _ in range(given.rounds))
            for name, command in commands.items()
            if command
        }
        print(f"{directory}: {len(templates)} templates, lambdalint {cost['lambdalint']:.2f} s")
        for name, least in (("cfn-lint", 5), ("checkov", 10)):
            if name in cost:
                print(f"  {name}: {cost[name]:.2f} s, {cost[name] / cost['lambdalint']:.1f} times (at least {least})")


if __name__ == "__main__":
    main()
