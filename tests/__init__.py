"""The tests: a folder for each room. All share `conftest.py`; a room may add a conftest.py."""
