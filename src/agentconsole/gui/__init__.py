"""The window. It asks services, shows frozen rows, and holds nothing else."""
