"""Local versions: a folder of changes over the national content. Reads files, renders nothing."""
