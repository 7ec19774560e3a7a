"""What can be done, a module for each kind: command line and worker call the same functions."""
