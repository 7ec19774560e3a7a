"""The circuit itself as a model: cells solved from their equations, crossbars that load them."""
