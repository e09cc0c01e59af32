"""An action says what its tool reads and nothing else: what nobody would read is refused, by name."""

from importlib import import_module

import pytest

from itembank.errors import ResponseInvalid
from itembank.tasks import actions, tool_named
from itembank.tasks.history import History
from itembank.tasks.tools import NAMES
from kiosk.candidate.panels import panel_of

KEYS = {name: import_module(f"itembank.tasks.{name}.machine").KEYS for name in NAMES}
PANELS = [name for name in NAMES if name not in ("spreadsheet", "mailbox")]


@pytest.fixture(scope="module")
def bodies(content):
    """The bodies of the shipped tasks, tool by tool."""
    found: dict = {}
    for item in content.items:
        if item.is_task:
            found.setdefault(item.interaction, []).append(item.body)
    return found


@pytest.mark.parametrize("tool", NAMES)
def test_a_key_that_nobody_reads_is_refused_by_name(bodies, tool):
    body = bodies[tool][0]
    state = tool_named(tool).initial_state(body)
    for do in KEYS[tool]:
        with pytest.raises(ResponseInvalid) as caught:
            tool_named(tool).apply(body, state, {"do": do, "une petite et une grande": None})
        assert (caught.value.code, caught.value.params) == (
            "action.unknown_key",
            {"do": do, "key": "une petite et une grande"},
        )
    with pytest.raises(ResponseInvalid) as caught:
        tool_named(tool).apply(body, state, {"do": "dance"})
    assert (caught.value.code, caught.value.params) == ("action.unknown", {"do": "dance"})


@pytest.mark.parametrize("tool", PANELS)
def test_what_a_panel_makes_is_read_whole(bodies, tool):
    """Every doing of every view at the start holds known keys: nothing a person does is refused for its form."""
    for body in bodies[tool]:
        view = panel_of(tool)(body, tool_named(tool).initial_state(body))
        doings = [doing for line in view.lines for doing in line.doings]
        for doing in (*doings, *view.doings, *(tab.doing for tab in view.tabs)):
            actions.only(doing.action, doing.action["do"], KEYS[tool][doing.action["do"]])
            assert {ask.key for ask in doing.asks} <= set(KEYS[tool][doing.action["do"]])


def test_an_undo_says_nothing_more():
    history: History[int] = History((0,)).step(lambda state, _: state + 1, {"do": "add"})
    with pytest.raises(ResponseInvalid) as caught:
        history.step(lambda state, _: state, {"do": "undo", "times": 2})
    assert (caught.value.code, caught.value.params) == ("action.unknown_key", {"do": "undo", "key": "times"})
