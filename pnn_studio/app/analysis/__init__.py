"""What can be said of trained and checked designs: choices, fronts, confusion, summaries."""
