"""The packs: the page that a pack is made of, its style, and its rendering."""
