"""The site: its pages, search index and other files."""
