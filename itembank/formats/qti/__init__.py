"""QTI 2.0 to 2.2 and 3.0: one model, read from any of them, written as 3.0.

`reader.py` turns XML into a `model.QtiItem`; `runtime.py` scores it (values in `values.py`, operators in
`expressions.py`, rules in `processing.py`); `writer.py` writes it as QTI 3.0; `authored.py` makes one from our own
items and `conversion.py` goes the other way, when the scores agree on every response; `package.py` reads and writes
content packages.
"""
