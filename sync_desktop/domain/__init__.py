"""Floor 0: the types and pure rules that every other floor speaks in."""
