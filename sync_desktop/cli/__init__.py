"""Floor 8: one module a command."""
