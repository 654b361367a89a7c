"""Sync Desktop finds, explains and repairs the quotes that did not arrive in a PSA."""

__version__ = "0.1.0"
