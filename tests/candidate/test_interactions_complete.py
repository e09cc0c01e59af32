"""Every interaction has a widget, and every widget keeps the whole contract of an answer."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest
from textual.widget import Widget

from itembank.item import Interaction
from kiosk.candidate import interactions, screens
from kiosk.candidate.interactions.base import Answering


def widgets_of(package):
    for found in iter_modules(package.__path__, package.__name__ + "."):
        module = import_module(found.name)
        for _, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, Widget) and thing.__module__ == module.__name__:
                yield thing


def left_open(widget: type) -> list[str]:
    """Methods still abstract: the toolkit's metaclass does not refuse them, so this does."""
    return [name for name, part in inspect.getmembers(widget) if getattr(part, "__isabstractmethod__", False)]


def leaves(package):
    found = list(widgets_of(package))
    return [w for w in found if not any(w in other.__mro__[1:] for other in found)]


@pytest.mark.parametrize("widget", [*leaves(interactions), *leaves(screens)], ids=lambda w: w.__name__)
def test_no_widget_in_use_leaves_a_method_open(widget):
    assert left_open(widget) == []


def test_each_interaction_has_one_widget_that_answers():
    answering = {w.__name__ for w in leaves(interactions) if issubclass(w, Answering)}
    assert {interactions.kind_of(i) for i in Interaction} == answering


def test_the_contract_is_really_open_at_its_base():
    assert {"load", "response", "hints", "reminder"} <= set(left_open(Answering))
