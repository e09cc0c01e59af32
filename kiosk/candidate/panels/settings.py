"""A settings panel: its pages as tabs, a control a line."""

from __future__ import annotations

from itembank.tasks.settings.machine import SettingsState, available
from itembank.tasks.settings.spec import LONGEST_TEXT, Control, Kind, SettingsSpec
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t


def view(spec: SettingsSpec, state: SettingsState) -> View:
    """The page in sight."""
    page = next(page for page in spec.pages if page.id == state.page)
    tabs = tuple(
        Tab(other.title, other is page, Doing(other.title, {"do": "open_page", "page": other.id}))
        for other in spec.pages
    )
    return View(
        title=spec.title,
        lines=tuple(_line(control, state) for control in page.controls),
        tabs=tabs if len(tabs) > 1 else (),
        place=page.id,
    )


def _line(control: Control, state: SettingsState) -> Line:
    value = state.values.get(control.id)
    match control.kind:
        case Kind.NOTE:
            return Line(control.label, role="quiet")
        case Kind.BUTTON:
            text = _button(control, state.times_pressed(control.id))
        case Kind.SWITCH:
            text = t("tool_settings.on" if value else "tool_settings.off", label=control.label)
        case Kind.NUMBER:
            said = f"{value} {control.unit}".strip()
            text = t("tool_settings.value", label=control.label, value=said)
        case _:
            text = t("tool_settings.value", label=control.label, value=value or t("tool_settings.nothing"))
    if not available(control, state):
        return Line(t("tool_settings.unavailable", line=text), role="quiet")
    return Line(text, (_doing(control, state),))


def _button(control: Control, times: int) -> str:
    """A button and what came of it. What it says stays in sight: a code that it gave may have to be copied elsewhere."""
    text = t("tool_settings.button", label=control.label)
    if not times:
        return text
    done = t("tool_settings.pressed", n=times, button=text)
    return t("tool_settings.said", button=done, says=control.says) if control.says else done


def _doing(control: Control, state: SettingsState) -> Doing:
    put = {"do": "put", "control": control.id}
    match control.kind:
        case Kind.BUTTON:
            press = {"do": "press", "control": control.id, "confirmed": True}
            if not control.confirm:
                return Doing(control.label, press)
            sure = Ask(
                "confirmed",
                control.confirm,
                AskKind.ONE,
                (Option(False, t("tool_settings.no")), Option(True, t("tool_settings.yes"))),
            )
            return Doing(control.label, press, (sure,))
        case Kind.SWITCH:
            turned = not state.values[control.id]
            words = t("tool_settings.turn_on" if turned else "tool_settings.turn_off", label=control.label)
            return Doing(words, put | {"value": turned})
        case Kind.CHOICE:
            options = tuple(Option(option, option) for option in control.options)
            ask = Ask("value", control.label, AskKind.ONE, options, value=state.values[control.id])
        case Kind.NUMBER:
            words = t("tool_settings.number", label=control.label, low=control.low, high=control.high)
            ask = Ask(
                "value",
                words,
                AskKind.NUMBER,
                value=state.values[control.id],
                low=control.low,
                high=control.high,
            )
        case _:
            words = t("tool_settings.text", label=control.label)
            ask = Ask("value", words, value=state.values[control.id], high=LONGEST_TEXT, free=True)
    return Doing(t("tool_settings.change", label=control.label), put, (ask,))
