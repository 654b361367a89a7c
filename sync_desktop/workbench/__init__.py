"""Floor 6: the one door for pages and commands."""
