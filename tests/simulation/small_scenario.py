"""A scenario small enough for tests: 160 items, 32 questions."""

from kiosk.simulation.scenario import Scenario, scenario_from_record


def small(**sections) -> Scenario:
    """The small scenario, with sections replaced or changed."""
    record = {"bank": {"items": 160, "topics": 2}, "test": {"length": 32}}
    for name, changes in sections.items():
        record[name] = {**record.get(name, {}), **changes}
    return scenario_from_record("small", record)
