"""One behaviour, one wrapper: what stands between an item and its decider."""
