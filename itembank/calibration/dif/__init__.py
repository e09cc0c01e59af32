"""Differential item functioning: does an item treat people of the same ability alike, whatever their group?

Open `comparison.py` first. `mantel_haenszel` and `logistic_regression` are the two tests, `matching` says who is of
like ability, `ets` turns figures into classes A, B and C, `distributions` gives p-values. Pure numpy, no files.
"""
