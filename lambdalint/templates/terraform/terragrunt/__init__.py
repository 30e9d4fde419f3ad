"""Terragrunt: configurations that call modules of Terraform, and what they give to them.

https://terragrunt.gruntwork.io/docs/reference/hcl/
"""
