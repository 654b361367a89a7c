"""The Mappings page: where each value of the quoting side leads, what is broken, and its repair."""
