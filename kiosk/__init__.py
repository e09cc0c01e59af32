"""What runs in the agency: the candidate's kiosk, the counsellor's and the technician's commands.

Open first: `cli.py` (every command), `sitting/machine.py` (one candidate's test), `adaptive/`
(measuring), `candidate/app.py` (the screens).

Importing this package costs nothing: heavy parts load where they are used.
"""

__version__ = "0.1.0"
