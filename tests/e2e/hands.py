"""A candidate's eyes and hands: reads the screen, presses the keys that the key line and the tutorial teach."""

from __future__ import annotations

import re
import time

from tests.e2e.screen import Screen

BOUNCE = 0.4
"""Two presses of one confirming key closer than this count as one trembling finger."""


def question_number(screen: Screen) -> int | None:
    found = re.search(r"Question (\d+)", screen.text)
    return int(found[1]) if found else None


def enter(screen: Screen) -> None:
    time.sleep(BOUNCE)
    screen.press("enter").settle()


def do_not_know(screen: Screen) -> None:
    """« Je ne sais pas », confirmed by the same key."""
    screen.press("f3").settle()
    time.sleep(BOUNCE)
    screen.press("f3").settle()


def go_to(screen: Screen, text: str, key: str = "down", most: int = 30) -> None:
    """Move the marker (>) to the line that holds `text`."""
    for _ in range(most):
        if any(re.match(r"\s*>", line) and text in line for line in screen.lines):
            return
        before = screen.lines
        screen.press(key).settle(0.08)
        if screen.settle(0.05).lines == before:  # the end of the list: turn back
            key = "up" if key == "down" else "down"
    raise AssertionError(f"no way to {text!r}:\n" + "\n".join(screen.lines))


def choose(screen: Screen, *texts: str) -> None:
    for text in texts:
        screen.press("up", "up", "up", "up")
        go_to(screen, text)
        screen.press("space")
    enter(screen)


def write(screen: Screen, text: str) -> None:
    screen.type(text)
    enter(screen)


def order(screen: Screen, *steps: str) -> None:
    """Take each step in turn and carry it up to its place."""
    for place, step in enumerate(steps):
        screen.press("up", "up", "up", "up")
        go_to(screen, step)
        screen.press("space")
        shown = [line for line in screen.lines if any(s in line for s in steps)]
        now = next(i for i, line in enumerate(shown) if step in line)
        screen.press(*["up"] * (now - place)) if now > place else None
        screen.press("space")
    enter(screen)


def match(screen: Screen, **pairs: str) -> None:
    """Join each left to its right by turning the line's answer until it is the one."""
    for left, right in pairs.items():
        screen.press("up", "up", "up", "up")
        go_to(screen, left)
        for _ in range(8):
            if right in answer_of(screen, left):
                break
            screen.press("right")
        assert right in answer_of(screen, left)
    enter(screen)


def answer_of(screen: Screen, left: str) -> str:
    """The line under a left of a matching: what it is joined to."""
    place = max(i for i, line in enumerate(screen.lines) if left in line)
    return screen.lines[place + 1]


def select_zone(screen: Screen, number: int) -> None:
    screen.press(*["right"] * (number - 1)) if number > 1 else None
    screen.press("space")
    enter(screen)


def reply_with_copy(screen: Screen, text: str, contact: str) -> None:
    """Open the first message, reply, put a contact in copy, write, send, and finish the task."""
    enter(screen)
    screen.press("space").settle()
    go_to(screen, "Répondre")
    enter(screen)
    go_to(screen, "Copie", "up")
    enter(screen)
    go_to(screen, contact)
    enter(screen)
    if not any("Envoyer" in line for line in screen.lines):  # the list of contacts is still open
        screen.press("esc").settle()
    go_to(screen, "Texte")
    screen.type(text).settle()
    go_to(screen, "Envoyer")
    enter(screen)
    screen.wait_for("Le message est envoyé")
    screen.press("f4").settle()


def learn(screen: Screen) -> None:
    """The tutorial, done as it asks, with a wrong key on the way."""
    screen.wait_for("Étape 1 sur 5").settle()
    screen.press("tab").settle()
    screen.press("down", "down", "space")
    screen.wait_for("Étape 2 sur 5")
    enter(screen)
    screen.wait_for("Étape 3 sur 5")
    write(screen, "bonjour")
    screen.wait_for("Étape 4 sur 5")
    do_not_know(screen)
    screen.wait_for("Étape 5 sur 5")
    screen.press("f1")
    screen.wait_for("Vous savez tout")
    enter(screen)


def read_to_the_end(screen: Screen) -> str:
    """Everything a scrolled screen holds, page after page, in one string without line breaks."""
    seen: list[str] = []
    for _ in range(12):
        fresh = [line.strip() for line in screen.settle().lines if line.strip()]
        seen += [line for line in fresh if line not in seen[-40:]]
        if "La suite est plus bas" not in screen.text:
            break
        screen.press("pagedown")
    return re.sub(r"\s+", " ", " ".join(seen))
