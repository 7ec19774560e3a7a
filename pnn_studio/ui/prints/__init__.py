"""The Yield tab: how many prints work, and what makes the others fail."""
