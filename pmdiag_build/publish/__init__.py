"""What is published: a Tool → site and packs."""
