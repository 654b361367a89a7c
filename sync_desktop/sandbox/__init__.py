"""The systems to practise and test against, as real servers on loopback."""
