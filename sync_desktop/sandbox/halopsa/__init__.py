"""The practice HaloPSA: what is known of the real API (halopsa.md) as a server on loopback."""
