"""One module a kind of file: the released round → bytes. Writes to no disk and decides nothing."""
