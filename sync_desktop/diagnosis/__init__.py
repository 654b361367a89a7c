"""Floor 1: rules that turn a failure into a cause, a reason and steps; pure, no I/O."""
