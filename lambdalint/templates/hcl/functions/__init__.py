"""Terraform's functions.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from lambdalint.templates.hcl.functions import choices, collections, files, texts
from lambdalint.templates.hcl.functions.signature import Function

FUNCTIONS: dict[str, Function] = {**texts.FUNCTIONS, **collections.FUNCTIONS, **choices.FUNCTIONS, **files.FUNCTIONS}
"""The functions that are evaluated; the result of any other is unknown."""
