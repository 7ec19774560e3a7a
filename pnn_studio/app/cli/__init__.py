"""The commands of the command line, as click sees them; each does its work through `commands`."""
