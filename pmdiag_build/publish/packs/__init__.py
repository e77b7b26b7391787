"""The packs: their outline, page, style and rendering."""
