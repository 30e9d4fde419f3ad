"""Dated facts of AWS, each file naming its source."""
