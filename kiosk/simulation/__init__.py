"""Simulated candidates, sitting the real test: what is simulated is what runs.

Open first: `study.py` (many candidates, one summary), then `candidates.py` (who they are and how they answer).
"""
