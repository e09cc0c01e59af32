"""A process that sits tests and can be killed: for each line ``directory bank code answers`` it forks a child that
begins (``-``) or resumes (a code) a sitting and prints every acknowledgement before it goes on.

Everything is imported once; the children start in milliseconds.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from itembank.item import ShortTextBody
from itembank.lint import key_response
from kiosk.errors import Failure
from kiosk.sitting import store
from kiosk.sitting.terminal import Terminal
from sync import outbox
from sync.keys import Argon2Cost

FAST = Argon2Cost(8 * 4, 1, 4)
CANARY = "Zyxquvorna Krelbotim"


def say(*words: object) -> None:
    """One line in one write: a kill leaves it whole or not at all."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


def sit(directory: str, bank: str, code: str, most: int) -> None:
    terminal = Terminal.open(Path(directory), Path(bank), cost=FAST)
    if code == "-":
        underway = terminal.begin(store.campaigns(terminal.connection)[0], language="fr", name=CANARY)
        say("begun", underway.resume_code)
    else:
        try:
            underway = terminal.resume(code)
        except Failure as fault:
            say("none", fault.code, outbox.status(terminal.connection).pending)
            return
        asking = underway.sitting.question if underway.sitting.phase == "asking" else None
        say("resumed", len(underway.sitting.answered), asking.item.id if asking else "-")
    sitting = underway.sitting
    active = sitting.active_seconds
    while len(sitting.answered) < most:
        question = sitting.ask(active)
        if question is None:
            break
        say("asked", question.item.id)
        active += 30.0
        body = question.item.body
        typed = CANARY if isinstance(body, ShortTextBody) else None
        sitting.answer(typed if typed or question.item.is_task else key_response(question.item), 25.0, active)
        say("answered", len(sitting.answered), question.item.id)
    if sitting.phase == "over":
        terminal.finish(underway)
        say("finished")
    terminal.close()
    say("end")


def main() -> None:
    for line in sys.stdin:
        directory, bank, code, most = line.split()
        child = os.fork()
        if child == 0:
            say("pid", os.getpid())
            try:
                sit(directory, bank, code, int(most))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
