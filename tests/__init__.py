"""The tests, a folder for each room. `conftest.py` holds what all share; a room's own conftest.py what it adds."""
