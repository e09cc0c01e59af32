"""The explorer: files are where goals say, copies are not originals, drives fill up, the trash gives back."""

from __future__ import annotations

import io
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after, tool_named
from itembank.tasks.explorer import ExplorerSpec
from itembank.tasks.explorer.machine import in_sight
from itembank.tasks.explorer.tree import at, path_of
from kiosk.candidate.linear.console import Console
from kiosk.candidate.linear.tools import dialogue_of
from kiosk.candidate.linear.tools.dialogue import work
from tests.candidate.panel_hands import lines_for
from tests.candidate.solutions.explorer import BODY, SOLUTION

SPEC = ExplorerSpec.from_record(BODY)
CV, OLD = "Documents/CV/cv_2026.pdf", "Documents/CV/cv_2024.pdf"


def test_the_solution_reaches_every_goal_and_nothing_reaches_none():
    assert goals_after(SPEC, []) == (False,) * 4
    assert goals_after(SPEC, SOLUTION) == (True,) * 4


def test_a_moved_file_is_no_copy_and_a_copy_is_no_moved_file():
    assert goals_after(SPEC, [{"do": "move", "item": CV, "to": "Clé USB"}])[1] is False
    assert goals_after(SPEC, [{"do": "copy", "item": CV, "to": "Clé USB"}])[1] is True
    wrong = [{"do": "copy", "item": OLD, "to": "Clé USB"}, {"do": "copy", "item": CV, "to": "Clé USB"}]
    assert goals_after(SPEC, wrong)[1] is False, "the old one is there too"


def test_a_name_that_is_taken_is_not_taken_twice():
    state = state_after(SPEC, [{"do": "copy", "item": CV, "to": "Documents/CV"}])
    assert at(state.tree, "Documents/CV/cv_2026 (2).pdf") == f"{CV}#1"
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, [{"do": "rename", "item": CV, "name": "CV_2024.PDF"}])
    assert refused.value.code == "action.name_taken"
    assert (
        state_after(SPEC, [{"do": "rename", "item": CV, "name": "CV_2026.pdf"}]).tree[CV].name
        == "CV_2026.pdf"
    )


def test_a_folder_is_copied_with_what_it_holds():
    state = state_after(
        SPEC,
        [{"do": "delete", "item": OLD}, {"do": "copy", "item": "Documents/CV", "to": "Documents/Divers"}],
    )
    assert at(state.tree, "Documents/Divers/CV/cv_2026.pdf") is not None
    assert at(state.tree, "Documents/Divers/CV/cv_2024.pdf") is None, "what is in the trash is not copied"


def test_an_archive_can_be_opened_again():
    zipped = [{"do": "open", "item": "Documents/CV"}, {"do": "zip", "items": [CV, OLD], "name": "tout.zip"}]
    state = state_after(SPEC, [*zipped, {"do": "unzip", "item": "+0"}])
    assert state.tree["+0"].size == 250
    assert at(state.tree, "Documents/CV/tout/cv_2024.pdf") == f"{OLD}#1"


def test_what_is_in_sight_is_searched_and_sorted():
    def names(*actions):
        state = state_after(SPEC, actions)
        return [path_of(state.tree, key) for key in in_sight(state)]

    assert names() == ["Documents/CV", "Documents/Divers", "Documents/facture_juin.pdf"]
    assert names({"do": "search", "words": "FACTURE"}) == [
        "Documents/facture_juin.pdf",
        "Documents/Divers/facture_mai.pdf",
    ]
    divers = {"do": "open", "item": "Documents/Divers"}
    assert names(divers, {"do": "sort", "by": "size"})[0].endswith("film.mp4")
    assert names(divers, {"do": "sort", "by": "date"})[0].endswith("facture_mai.pdf")
    assert names({"do": "delete", "item": CV}, {"do": "trash"}) == [CV]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"do": "copy", "item": "Documents/Divers/film.mp4", "to": "Clé USB"}, "no_room"),
        ({"do": "move", "item": "Documents/CV", "to": "Documents/CV"}, "into_itself"),
        ({"do": "move", "item": "Documents", "to": "Clé USB"}, "is_drive"),
        ({"do": "move", "item": CV, "to": OLD}, "not_a_folder"),
        ({"do": "move", "item": CV, "to": ""}, "not_a_folder"),
        ({"do": "rename", "item": CV, "name": "a/b"}, "bad_name"),
        ({"do": "rename", "item": CV, "name": "cv."}, "bad_name"),
        ({"do": "new_folder", "name": "cv"}, "name_taken"),
        ({"do": "unzip", "item": CV}, "not_an_archive"),
        ({"do": "zip", "items": [], "name": "x"}, "unknown_item"),
        ({"do": "zip", "items": [CV], "name": "x"}, "unknown_item"),
        ({"do": "restore", "item": CV}, "unknown_item"),
        ({"do": "look", "item": "Documents"}, "unknown_item"),
        ({"do": "sort", "by": "colour"}, "bad_order"),
        ({"do": "open", "item": "C:"}, "unknown_item"),
        ({"do": "format"}, "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused(action, code):
    with pytest.raises(ResponseInvalid) as refused:
        state_after(SPEC, [action])
    assert refused.value.code == f"action.{code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b["tree"]["Documents"].update({"x.pdf": "240 octets"}), "task.file_unreadable"),
        (lambda b: b["tree"]["Documents"].update({"a:b": "1 Ko, 01/01/2020"}), "task.file_name"),
        (lambda b: b["tree"].update({"x.pdf": "1 Ko, 01/01/2020"}), "task.file_name"),
        (lambda b: b["goals"][2].update(when=[{"in_trash": ["Documents/rien"]}]), "item.unknown_reference"),
        (lambda b: b["goals"][0].update(when=[{"at": {"rien": "x"}}]), "item.unknown_field"),
        (lambda b: b["goals"][0].update(when=[{"burnt": ["x"]}]), "task.unknown_condition"),
        (lambda b: b.update(start="Documents/rien"), "item.unknown_reference"),
        (lambda b: b.update(capacity={"Documents": "beaucoup"}), "task.file_unreadable"),
    ],
)
def test_what_an_author_got_wrong_is_named(change, code):
    body = deepcopy(BODY)
    change(body)
    with pytest.raises(ItemInvalid) as refused:
        ExplorerSpec.from_record(body)
    assert refused.value.code == code


KEYS = st.sampled_from([*SPEC.tree, "+0", f"{CV}#1", "", "zz"])


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "do": st.sampled_from(
                    [
                        "open",
                        "search",
                        "rename",
                        "move",
                        "copy",
                        "delete",
                        "restore",
                        "new_folder",
                        "zip",
                        "unzip",
                        "empty_trash",
                        "undo",
                    ]
                ),
                "item": KEYS,
                "to": KEYS,
                "items": st.lists(KEYS, max_size=2),
                "confirmed": st.booleans(),
                "name": st.text(max_size=4),
                "words": st.text(max_size=4),
            }
        ),
        max_size=10,
    )
)
def test_any_actions_keep_a_tree_or_are_refused(actions):
    try:
        state = state_after(SPEC, actions)
    except ResponseInvalid:
        return
    for key, node in state.tree.items():
        assert not node.parent or state.tree[node.parent].folder
        assert path_of(state.tree, key)
    if not any(one["do"] == "empty_trash" and one["confirmed"] for one in actions):
        assert set(SPEC.tree) <= set(state.tree), "nothing of the author's is ever lost"


# --- a trash that holds something from the start ------------------------------------------------------------------

TRASHED = {
    "tree": {
        "Documents": {
            "lettre.txt": "20 Ko, 01/02/2026",
            "Photos": {"mer.jpg": "2 Mo, 01/07/2025"},
            "Vieux": {"bail.pdf": "90 Ko, 03/03/2019", "notes.txt": "5 Ko, 03/03/2019"},
        },
        "Clé": {"essai.txt": "800 Ko, 01/01/2020"},
    },
    "trash": ["Documents/lettre.txt", "Documents/Vieux", "Clé/essai.txt"],
    "capacity": {"Clé": "1 Mo"},
    "goals": [
        {
            "name": "la lettre est revenue",
            "when": [{"at": {"Documents/lettre.txt": "Documents/lettre.txt"}}],
        },
        {"name": "le vieux dossier est effacé", "when": [{"erased": ["Documents/Vieux", "Documents/Vieux/bail.pdf"]}]},
        {"name": "la photo est sur la clé", "when": [{"copied": {"Documents/Photos/mer.jpg": "Clé"}}]},
    ],
}  # fmt: skip
EMPTY = {"do": "empty_trash", "confirmed": True}


def test_what_is_in_the_trash_at_the_start_is_seen_there_and_comes_back():
    spec = ExplorerSpec.from_record(TRASHED)
    start = state_after(spec, [])
    assert at(start.tree, "Documents/lettre.txt") is None
    assert in_sight(state_after(spec, [{"do": "trash"}])) == ["Documents/Vieux", "Clé/essai.txt", "Documents/lettre.txt"]  # fmt: skip
    back = [{"do": "restore", "item": "Documents/lettre.txt"}]
    assert goals_after(spec, []) == (False, False, False)
    assert goals_after(spec, back) == (True, False, False)
    assert goals_after(spec, [*back, EMPTY]) == (True, True, False)


def test_what_is_made_after_emptying_the_trash_takes_no_other_s_place():
    spec = ExplorerSpec.from_record(TRASHED)
    made = [{"do": "new_folder", "name": name} for name in ("a", "b")]
    state = state_after(
        spec, [*made, {"do": "delete", "item": "+0"}, EMPTY, {"do": "new_folder", "name": "c"}]
    )
    assert [state.tree[key].name for key in state.tree if key.startswith("+")] == ["b", "c"]


def test_emptying_the_trash_asks_frees_room_and_can_be_undone():
    spec = ExplorerSpec.from_record(TRASHED | {"capacity": {"Clé": "2500 Ko"}})
    copy = {"do": "copy", "item": "Documents/Photos/mer.jpg", "to": "Clé"}
    with pytest.raises(ResponseInvalid) as refused:
        goals_after(spec, [copy])
    assert refused.value.code == "action.no_room"
    with pytest.raises(ResponseInvalid):
        goals_after(spec, [{"do": "empty_trash", "confirmed": False}, copy])
    assert goals_after(spec, [EMPTY, copy]) == (False, True, True)
    with pytest.raises(ResponseInvalid):
        goals_after(spec, [EMPTY, {"do": "restore", "item": "Documents/lettre.txt"}])
    assert goals_after(spec, [EMPTY, {"do": "undo"}, {"do": "restore", "item": "Documents/lettre.txt"}]) == (True, False, False)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"trash": ["Documents/rien.txt"]}, "trash.0"),
        ({"trash": ["Documents"]}, "trash.0"),
        ({"start": "Documents/Vieux"}, "start"),
    ],
)
def test_a_trash_that_cannot_be_is_named(change, field):
    with pytest.raises(ItemInvalid) as refused:
        ExplorerSpec.from_record(TRASHED | change)
    assert (refused.value.code, refused.value.field) == ("item.unknown_reference", f"body.{field}")


def test_a_trash_that_is_full_at_the_start_is_put_right_in_lines():
    spec = ExplorerSpec.from_record(TRASHED | {"goals": TRASHED["goals"][:2]})
    solution = [
        {"do": "trash"},
        {"do": "restore", "item": "Documents/lettre.txt"},
        {"do": "empty_trash", "confirmed": False},
        EMPTY,
    ]
    typed = lines_for(spec, solution, dialogue_of("explorer"))
    console = Console(io.StringIO("\n".join(typed) + "\n"), io.StringIO())
    assert work(console, spec, tool_named("explorer"), dialogue_of("explorer")) == solution
    assert goals_after(spec, solution) == (True, True)
