"""Files: designs, sweeps and exports."""
