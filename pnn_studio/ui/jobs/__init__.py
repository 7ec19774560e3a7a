"""Qt on one side, worker processes and background threads on the other."""
