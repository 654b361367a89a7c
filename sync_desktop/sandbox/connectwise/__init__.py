"""A practice tenant of ConnectWise PSA, served as the real one answers."""
