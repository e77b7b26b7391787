"""One module for each command: its options, its help, one call, what is printed, and the exit code.

A command imports the work only when it runs.
"""
