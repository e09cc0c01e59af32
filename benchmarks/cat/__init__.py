"""Adaptive testing beside its peers: `python -m benchmarks.cat`; see `docs/benchmarks.md`."""
