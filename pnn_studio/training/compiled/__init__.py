"""Compiled training: one design after the other, each with its own bits, over threads."""
