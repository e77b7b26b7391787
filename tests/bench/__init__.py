"""The benchmark: whole processes, medians, each pair side by side in one run. `make bench` runs it."""
