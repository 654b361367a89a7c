"""Floor 1: requests as they leave the machine, and every rule about leaving it."""
