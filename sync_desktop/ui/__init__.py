"""Floor 7: the window."""
