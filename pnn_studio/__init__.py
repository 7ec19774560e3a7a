"""Design studio for printed analog neural networks."""
