"""The panel at the left: data, layers, family, process."""
