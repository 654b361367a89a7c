"""The Sites page: which Salesbuildr is paired with which PSA, and what may be written there."""
