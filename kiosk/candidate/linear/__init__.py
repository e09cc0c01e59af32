"""The linear mode: the same sitting in plain lines, for screen readers, Braille displays and bare terminals.

Nothing is drawn, moved or coloured: a line is said once, in order, and answered by a typed line. What is asked, kept and
scored is the sitting's, exactly as on the screen; only the telling differs. No toolkit is loaded.

Open first: `conversation.py` (one candidate from code to last page), `questions.py` (one question after the other),
`console.py` (lines out, lines in, the commands that work everywhere), `answers/` (how each interaction is answered), `tools/`
(the dialogue of each simulated tool).
"""
