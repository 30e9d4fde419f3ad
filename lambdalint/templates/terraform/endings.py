"""How the names of Terraform's files end, and what their names say of them.

https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

import posixpath

CONFIGURATION = (".tf", ".tf.json")
"""How the files of a module end."""
TERRAGRUNT = "terragrunt.hcl"
"""The file that says which module Terragrunt calls, with what."""
ROOTS = (*CONFIGURATION, TERRAGRUNT)
"""How files end in whose directories something is deployed."""
VALUES = (".tfvars", ".tfvars.json")
"""How files end that give values to a root's variables."""
_LOADED = ("terraform.tfvars", "terraform.tfvars.json")


def overrides(path: str) -> bool:
    """Whether a file says anew what others of its module say: https://developer.hashicorp.com/terraform/language/files/override"""
    stem = posixpath.basename(path).removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def is_loaded(path: str) -> bool:
    """Whether Terraform reads a file of values without being told to."""
    return posixpath.basename(path) in _LOADED or path.endswith((".auto.tfvars", ".auto.tfvars.json"))


def order_of_values(path: str) -> tuple[bool, bool, str]:
    """The order in which files of values are read without being told to, later ones over earlier ones."""
    return path.endswith((".auto.tfvars", ".auto.tfvars.json")), path.endswith(".json"), path
