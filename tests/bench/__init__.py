"""The benchmark: median time and peak memory of whole processes, each beside its baseline. `make bench` runs it."""
