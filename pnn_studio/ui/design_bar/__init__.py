"""The bar at the top: alpha, seed, sample, and the figures of the current design."""
