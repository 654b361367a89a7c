"""Floor 2: the PSAs, one folder each, behind one protocol."""
