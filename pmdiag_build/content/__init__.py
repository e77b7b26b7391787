"""What the tool says: content files → the values of the model, each checked on its own."""
