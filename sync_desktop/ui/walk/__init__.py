"""The demo's walk: drives the real window by mouse and keys, and compares what it shows with what the servers hold."""
