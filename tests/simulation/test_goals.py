"""Goals of a scenario."""

import pytest

from kiosk.simulation.goals import Goal, judged


def test_a_goal_has_ends_that_count_in():
    goal = Goal("coverage_80", least=0.78, most=0.82)
    assert [goal.met(v) for v in (0.78, 0.82, 0.77, 0.83)] == [True, True, False, False]
    assert not goal.met(None)


def test_goals_without_ends_or_of_unknown_figures_are_refused():
    with pytest.raises(ValueError, match="least"):
        Goal("rmse")
    with pytest.raises(ValueError, match="rmse"):
        Goal("beauty", most=1.0)


def test_judgement_names_value_and_verdict():
    assert judged([Goal("rmse", most=0.5)], {"rmse": 0.4})[0]["met"] is True
    assert judged([Goal("rmse", most=0.5)], {})[0] == {
        "figure": "rmse", "value": None, "least": None, "most": 0.5, "met": False,
    }  # fmt: skip
