"""The explorer: files are where goals say, copies are not originals, drives fill up, the trash gives back."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.errors import ItemInvalid, ResponseInvalid
from itembank.tasks import goals_after, state_after
from itembank.tasks.explorer import ExplorerSpec
from itembank.tasks.explorer.machine import in_sight
from itembank.tasks.explorer.tree import at, path_of
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
                        "undo",
                    ]
                ),
                "item": KEYS,
                "to": KEYS,
                "items": st.lists(KEYS, max_size=2),
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
    assert set(SPEC.tree) <= set(state.tree), "nothing of the author's is ever lost"
