"""One module for each kind of file: the released round → bytes."""
