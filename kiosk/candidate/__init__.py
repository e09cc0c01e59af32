"""The candidate's screens: from a typed code to a calm last page, by keyboard alone.

The promise: what the candidate validates is kept before the screen says so; nothing measured depends on the PC's
speed; no key leads out of the kiosk. The sitting itself (what is asked, what it is worth, what is kept) lives in
`kiosk.sitting`; here is only what is seen and pressed.

Open first: `app.py` (`run_candidate`), `flow.py` (the path through the screens), `screens/question.py`, and
`drawn.py` (how a widget draws lines that are already broken and safe for the bare console).
"""
