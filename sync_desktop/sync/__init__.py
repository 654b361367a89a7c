"""Floor 3: check, plan, write, batch."""
