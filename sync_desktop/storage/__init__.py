"""Floor 1: one workspace file."""
