"""The Issues page: what did not arrive, why, and what to do about it."""
