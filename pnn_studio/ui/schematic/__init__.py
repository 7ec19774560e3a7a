"""The Schematic tab."""
