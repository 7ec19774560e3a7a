"""The dock of the training, and the history of runs."""
