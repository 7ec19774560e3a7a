"""Prints of a design: their yield, and designs in values that can be printed."""
