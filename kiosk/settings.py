"""`kiosk.toml` -> typed settings. Unknown or ill-typed keys are refused by name, with the fix.

Looked for in this order: ``--config``, ``KIOSK_CONFIG``, ``./kiosk.toml``, ``/etc/kiosk/kiosk.toml``; without any,
the documented defaults hold. `kiosk.toml` at the project's root lists every key.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from kiosk.errors import Failure
from kiosk.locale import LANGUAGES

THEMES = ("dark", "light", "contrast")
LAYOUTS = ("normal", "large")
MODES = ("screen", "linear")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, by its dotted key in the file with ``.`` written ``_``."""

    language: str = "fr"
    data_dir: str = ""
    terminal_label: str = "Poste 1"
    candidate_theme: str = "dark"
    candidate_layout: str = "normal"
    candidate_mode: str = "screen"
    bank_path: str = ""
    sync_collector_url: str = "http://127.0.0.1:8765"
    sync_timeout_s: float = 20.0
    collector_dir: str = ""
    collector_host: str = "127.0.0.1"
    collector_port: int = 8765

    @property
    def data(self) -> Path:
        """The terminal's data directory."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        from platformdirs import user_data_path

        return user_data_path("kiosk")

    @property
    def bank(self) -> Path:
        """The bank that the kiosk opens."""
        return Path(self.bank_path).expanduser() if self.bank_path else self.data / "bank.db"

    @property
    def collector(self) -> Path:
        """The collector's own directory, when this machine runs one."""
        return Path(self.collector_dir).expanduser() if self.collector_dir else self.data / "collector"


_SECTIONS = ("terminal", "candidate", "bank", "sync", "collector")
_CHOICES: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "candidate_theme": THEMES,
    "candidate_layout": LAYOUTS,
    "candidate_mode": MODES,
}
_RANGES: dict[str, tuple[float, float]] = {"sync_timeout_s": (1, 600), "collector_port": (0, 65535)}


_ILL_TYPED = {str: "settings.type_text", int: "settings.type_integer", float: "settings.type_number"}


def _dotted(name: str) -> str:
    section = name.split("_")[0]
    return f"{section}.{name[len(section) + 1 :]}" if section in _SECTIONS else name


KEYS: dict[str, str] = {_dotted(f.name): f.name for f in fields(Settings)}
"""Dotted key in the file -> attribute of `Settings`."""


def find_file(explicit: Path | None = None) -> Path | None:
    """The settings file that rules here, or None. An explicit one must exist (Failure settings.missing)."""
    named = explicit or (Path(os.environ["KIOSK_CONFIG"]) if os.environ.get("KIOSK_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise Failure("settings.missing", path=str(named))
        return named
    return next((p for p in (Path("kiosk.toml"), Path("/etc/kiosk/kiosk.toml")) if p.is_file()), None)


def load(explicit: Path | None = None) -> Settings:
    """The settings of this machine. Raises Failure (``settings.*``), naming the key and the fix."""
    path = find_file(explicit)
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Failure("settings.syntax", path=str(path), reason=str(fault)) from fault
    except OSError as fault:
        raise Failure("settings.unreadable", path=str(path), reason=fault.strerror or "") from fault
    return from_mapping(raw, str(path))


def from_mapping(raw: dict[str, Any], path: str) -> Settings:
    """Settings from parsed TOML. Raises Failure (``settings.*``)."""
    flat: dict[str, object] = {}
    for key, value in raw.items():
        if isinstance(value, dict) and key in _SECTIONS:
            flat.update({f"{key}.{k}": v for k, v in value.items()})
        else:
            flat[key] = value
    changes: dict[str, Any] = {}
    for key, value in flat.items():
        name = KEYS.get(key)
        if name is None:
            from difflib import get_close_matches

            near = get_close_matches(key, KEYS, n=1, cutoff=0.6)
            code = "settings.unknown_key_near" if near else "settings.unknown_key"
            raise Failure(code, path=path, key=key, near=near[0] if near else "")
        changes[name] = _checked(name, key, value, path)
    return replace(Settings(), **changes)


def _checked(name: str, key: str, value: object, path: str) -> object:
    default = getattr(Settings(), name)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise Failure(_ILL_TYPED[type(default)], path=path, key=key, found=repr(value))
    if name in _CHOICES and value not in _CHOICES[name]:
        raise Failure(
            "settings.choice", path=path, key=key, allowed=", ".join(_CHOICES[name]), found=str(value)
        )
    if name in _RANGES and isinstance(value, int | float):
        low, high = _RANGES[name]
        if not low <= value <= high:
            raise Failure("settings.range", path=path, key=key, low=low, high=high, found=str(value))
    return value
