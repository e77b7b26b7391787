"""One module a command: its options, its help, one call, what is printed, the exit code. Imports the work late."""
