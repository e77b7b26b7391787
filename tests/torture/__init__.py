"""The campaign against reading and writing: damaged returns, kills, full disks; run by `make torture`."""
