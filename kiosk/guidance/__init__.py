"""From a report to what a person can do next. Reads reports; never changes a level.

Open first: `next_steps.py`.
"""
