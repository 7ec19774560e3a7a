"""The worker process, started as ``python -m pnn_studio.app.worker``."""
