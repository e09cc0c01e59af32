"""The counsellor's side: campaigns and their codes, results read with the private key.

Open first: `campaigns.py` and `results.py` (the commands), `bundles.py` (where results are found and opened).
"""
