"""Simulated candidates, sitting the real test: what is simulated is what runs.

Open first: `scenario.py` (what is simulated, from a TOML file), then `sittings.py` (many people through the real
`Sitting`), `scenario_study.py` and `study.py` (from people to figures), `metrics.py` (the figures). `lockstep/` is the
sitting's fast double, `baselines/` what it is compared with, `report/` the HTML page.
"""
