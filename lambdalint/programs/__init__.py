"""Programs that say what is deployed: what is asked of the calls that they make, whosever program it is."""
