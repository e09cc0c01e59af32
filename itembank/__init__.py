"""What is asked: the framework, the items, their scoring and their response model.

Open first: `item.py` (what an item is), then `scoring.py` (answer -> points), `bank.py` (the file the
kiosk reads). `authoring.py`, `families/`, `lint/` and `build.py` are the author's side; `content/` holds the items themselves.

This package never shows anything, never opens a network connection, and imports nothing of `kiosk`
or `sync`.
"""
