"""The kinds of constructs: what each becomes, and what its methods do."""
