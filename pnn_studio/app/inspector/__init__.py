"""What the inspector shows of a selection, as frozen values."""
