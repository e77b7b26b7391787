"""What is handed out: a Tool → site and packs. Knows nothing of returns."""
