"""Floor 2: where quotes come from."""
