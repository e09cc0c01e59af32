"""How an item is answered: options that do not give themselves away, a key that scores, a task that can be solved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from itembank.authoring import Authored
from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.families.solutions import found_solution, key_response, points_of, routes_of
from itembank.item import ChoiceBody, HotspotBody, Interaction, ShortTextBody
from itembank.lint.finding import Finding
from itembank.lint.retold import points_or_none, solved_in_words
from itembank.scoring import score
from itembank.wordings import reworded

MAX_OPTION_RATIO = 1.8
NEAR_OPTIONS = 0.93
"""Options this alike (share of characters in common) differ by a slip of the eye."""

_CATCH_ALL = re.compile(
    r"\b(toutes? les réponses|aucune (?:de ces|des) réponses?|tout ce qui précède|all of the above|none of the above)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(r"\b(toujours|jamais|aucune?|uniquement|forcément|always|never)\b", re.IGNORECASE)


def options(authored: Authored) -> Iterator[Finding]:
    """Distractors are real mistakes, alike in length and care, and told apart at a glance."""
    item = authored.item
    if not isinstance(item.body, ChoiceBody):
        return
    choices = item.body.choices
    keys = [c for c in choices if c.key]
    others = [c for c in choices if not c.key]
    for i, choice in enumerate(choices):
        if _CATCH_ALL.search(choice.text):
            yield Finding("lint.catch_all", {}, f"body.choices.{i}.text")
        if not choice.key and not choice.misconception:
            yield Finding("lint.misconception_missing", {}, f"body.choices.{i}")
    longest = max(len(c.text) for c in others)
    if min(len(c.text) for c in keys) > MAX_OPTION_RATIO * longest and longest > 12:
        yield Finding("lint.key_longest", {}, "body.choices")
    single = item.interaction is Interaction.SINGLE_CHOICE
    if single and all(_ABSOLUTE.search(c.text) for c in others) and not _ABSOLUTE.search(keys[0].text):
        yield Finding("lint.absolutes", {}, "body.choices", error=False)
    for i, one in enumerate(choices):
        for other in choices[:i]:
            if _letters(one.text) == _letters(other.text) != "":
                # they differ by signs alone: in a question about signs that is the point
                continue
            if min(len(one.text), len(other.text)) > 40 and _alike(one.text, other.text) > NEAR_OPTIONS:
                yield Finding("lint.options_alike", {"text": one.text}, f"body.choices.{i}.text", error=False)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def accepted(authored: Authored) -> Iterator[Finding]:
    """Every accepted answer scores; a close digit or address never does."""
    item = authored.item
    if not isinstance(item.body, ShortTextBody):
        return
    for i, text in enumerate(item.body.accept):
        if not score(item, text).full:
            yield Finding("lint.key_rejected", {"answer": text}, f"body.accept.{i}")
        if text.isdigit() and score(item, str(int(text) + 1)).points:
            yield Finding("lint.digit_distance", {"answer": text}, f"body.accept.{i}")


def scores(authored: Authored) -> Iterator[Finding]:
    """The key scores full; doing nothing scores nothing."""
    item = authored.item
    try:
        if item.is_task:
            for i, done in enumerate(score(item, []).goals):
                if done:
                    yield Finding("lint.goal_untouched", {"goal": i + 1}, f"body.goals.{i}")
        elif not score(item, key_response(item)).full:
            yield Finding("lint.key_rejected", {"answer": str(key_response(item))}, "body")
    except ResponseInvalid as fault:
        yield Finding("lint.key_rejected", {"answer": fault.code}, "body")


def solvable(authored: Authored) -> Iterator[Finding]:
    """A task's scripted routes reach the points they promise; one that nobody scripted is solved from its goals."""
    item = authored.item
    if not item.is_task:
        for name in ("solution", "routes"):
            if name in authored.record:
                yield Finding("lint.solution_of_choice", {}, name)
        return
    try:
        routes = routes_of(authored.record, item)
    except ItemInvalid as fault:
        yield Finding(fault.code, fault.params, fault.field)
        return
    for number, route in enumerate(routes):
        field = (
            "solution" if route.name == "solution" else f"routes.{number - ('solution' in authored.record)}"
        )
        try:
            points = points_of(item, route.actions)
        except ResponseInvalid as fault:
            about = "".join(f", {key}: {value}" for key, value in fault.params.items())
            yield Finding("lint.route_impossible", {"route": route.name, "reason": fault.code + about}, field)
            continue
        if points != route.points:
            yield Finding(
                "lint.route_points", {"route": route.name, "points": points, "expected": route.points}, field
            )
    if "solution" not in authored.record and found_solution(item) is None:
        yield Finding("lint.no_solution", {}, "body.goals", error=False)


def solvable_in_other_words(authored: Authored) -> Iterator[Finding]:
    """A task is solved in its other wordings as in its own: nothing is reached untouched, and the solution, where it
    names words of the item saying those of the wording (`retold.py`), reaches every goal."""
    item = authored.item
    own = authored.record.get("body")
    others = [wording for wording in authored.wordings if wording.record.get("body") != own]
    if not item.is_task or not others:
        return
    try:
        routes = routes_of(authored.record, item)
    except ItemInvalid:
        return  # `solvable` says so
    scripted = "solution" in authored.record
    solution = routes[0].actions if scripted else found_solution(item)
    for wording in others:
        field = f"{wording.field}.body"
        worded = reworded(item, wording)
        for number, done in enumerate(score(worded, []).goals, 1):
            if done:
                yield Finding("lint.goal_untouched", {"goal": number}, field)
        if solution is None or points_or_none(item, solution) != item.max_score:
            continue  # it does not even solve the item
        if not solved_in_words(worded, own, wording.record.get("body"), solution):
            yield Finding("lint.wording_unsolved", {"wording": wording.name}, field)


def nameable(authored: Authored) -> Iterator[Finding]:
    """Zones that sound alike, or like nothing, need a word for those who listen."""
    item = authored.item
    if not isinstance(item.body, HotspotBody) or item.accessibility:
        return
    said = [_letters(zone.text) for zone in item.body.zones]
    if "" in said or len(set(said)) < len(said):
        yield Finding("lint.accessibility_missing", {}, "body.text", error=False)
