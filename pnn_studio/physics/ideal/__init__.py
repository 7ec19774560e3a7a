"""The paper's model: circuits are ideal voltage sources, their curves come from surrogates."""
