"""HCL, the language of Terraform: its syntax, and what its expressions stand for."""
