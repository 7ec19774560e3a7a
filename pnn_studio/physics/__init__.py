"""The differentiable circuit model, every tensor batched over designs."""
