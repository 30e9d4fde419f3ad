"""Writes lambdalint/data/sam_policy_templates.json from the aws-sam-translator package that is installed.

python -m pip install --target /tmp/sam aws-sam-translator
PYTHONPATH=/tmp/sam python tools/sam_policy_templates.py
"""

from __future__ import annotations

import datetime
import json
from importlib.metadata import files, version
from pathlib import Path

PACKAGE = "aws-sam-translator"
TARGET = Path(__file__).parent.parent / "lambdalint" / "data" / "sam_policy_templates.json"


def main() -> None:
    (path,) = (file for file in files(PACKAGE) or () if file.name == "policy_templates.json")
    templates = json.loads(path.read_text(encoding="utf-8"))["Templates"]
    data = {
        "source": f"https://pypi.org/project/{PACKAGE}/{version(PACKAGE)}/, {path}",
        "license": "Apache-2.0, Amazon.com, Inc. or its affiliates",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "templates": {name: {"Definition": template["Definition"]} for name, template in sorted(templates.items())},
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
