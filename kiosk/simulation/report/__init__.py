"""A study's figures as one HTML page that stands alone: no script, no network, a table behind every plot.

Open first: `page.py` (what the page says), then `plots.py` (how a plot is drawn).
"""

from kiosk.simulation.report.page import render

__all__ = ["render"]
