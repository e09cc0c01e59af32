"""The settings file that ships documents every key, and its values are the defaults."""

import tomllib
from pathlib import Path

import pytest

from kiosk.errors import Failure
from kiosk.settings import KEYS, Settings, from_mapping

SHIPPED = Path(__file__).parents[2] / "kiosk.toml"


def flat(mapping, prefix=""):
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield from flat(value, f"{key}.")
        else:
            yield f"{prefix}{key}", value


def test_the_shipped_file_has_every_key_at_its_default():
    found = dict(flat(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))))
    assert set(found) == set(KEYS)
    defaults = Settings()
    assert {key: getattr(defaults, name) for key, name in KEYS.items()} == found


def test_every_key_has_its_comment():
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            assert "#" in line, line


def test_reading_the_shipped_file_gives_the_defaults():
    assert from_mapping(tomllib.loads(SHIPPED.read_text(encoding="utf-8")), "kiosk.toml") == Settings()


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"sync": {"timeout_s": True}}, "settings.type_number"),
        ({"sync": {"timeout_s": 0}}, "settings.range"),
        ({"sync": 3}, "settings.unknown_key"),
        ({"data_dir": 3}, "settings.type_text"),
        ({"language": "de"}, "settings.choice"),
        ({"candidat": {"theme": "dark"}}, "settings.unknown_key"),
    ],
)
def test_what_is_wrong_is_named(mapping, code):
    with pytest.raises(Failure) as caught:
        from_mapping(mapping, "k.toml")
    assert caught.value.code in (code, f"{code}_near")


def test_a_whole_number_serves_where_a_number_is_wanted():
    assert from_mapping({"sync": {"timeout_s": 5}}, "k.toml").sync_timeout_s == 5.0
