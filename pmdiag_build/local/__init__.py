"""Local versions: a folder of changes over the national content."""
