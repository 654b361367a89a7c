"""Floor 4: mappings and what depends on them."""
