"""Facts for a diagnosis: what the PSA itself says of the rows that a failure is about."""
