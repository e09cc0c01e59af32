"""An administrative form: a step at a time, a field a line, what is wrong said under its field; then a summary."""

from __future__ import annotations

from itembank.tasks.form.machine import FormState
from itembank.tasks.form.spec import FormField, FormSpec, Kind, Value
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, View
from kiosk.locale import t


def view(spec: FormSpec, state: FormState) -> View:
    """The step in sight, the summary, or the receipt."""
    if state.submitted:
        return View(title=spec.title, lines=(Line(spec.receipt, role="strong"),), place="sent")
    if state.step == len(spec.steps):
        return _summary(spec, state)
    step = spec.steps[state.step]
    lines: list[Line] = []
    for one in step.fields:
        lines.append(_line(spec, one, state.values[one.id]))
        if one.help:
            lines.append(Line(one.help, role="quiet", indent=4))
        if one.id in state.problems:
            lines.append(Line(_problem(one, state.problems[one.id]), role="alert", indent=4))
    lines.append(_button("next"))
    if state.step:
        lines.append(_button("back"))
    title = t("tool_form.step", title=spec.title, number=state.step + 1, of=len(spec.steps), step=step.title)
    wrong = next((n for n, line in enumerate(lines) if line.role == "alert"), 0)
    return View(
        title=title,
        lines=tuple(lines),
        bar=t("tool_form.wrong", n=len(state.problems)) if state.problems else "",
        unfinished=t("tool_form.not_sent"),
        place=f"{state.step}",
        anchor=wrong,
    )


def _summary(spec: FormSpec, state: FormState) -> View:
    lines = [
        Line(t("tool_form.line", label=one.label, value=_said(state.values[one.id])))
        for one in spec.fields.values()
    ]
    return View(
        title=t("tool_form.summary", title=spec.title),
        lines=(*lines, _button("submit"), _button("back")),
        unfinished=t("tool_form.not_sent"),
        place="summary",
    )


def _button(do: str) -> Line:
    words = t(f"tool_form.{do}")
    return Line(t("tool_form.button", words=words), (Doing(words, {"do": do}),), role="strong")


def _line(spec: FormSpec, one: FormField, value: Value) -> Line:
    label = t("tool_form.required", label=one.label) if one.required else one.label
    if one.kind is Kind.TICK:
        text = f"{'[x]' if value else '[ ]'} {label}"
        words = t("tool_form.untick" if value else "tool_form.tick", label=one.label)
        return Line(text, (Doing(words, {"do": "fill", "field": one.id, "value": not value}),))
    text = t("tool_form.line", label=label, value=_said(value))
    fill = Doing(
        t("tool_form.fill", label=one.label), {"do": "fill", "field": one.id}, (_ask(spec, one, value),)
    )
    return Line(text, (fill,))


def _ask(spec: FormSpec, one: FormField, value: Value) -> Ask:
    nothing = Option("", t("tool_form.nothing_chosen"))
    match one.kind:
        case Kind.CHOICE:
            options = (*(Option(o, o) for o in one.options), nothing)
            return Ask("value", one.label, AskKind.ONE, options, value=value)
        case Kind.SEVERAL:
            return Ask(
                "value", one.label, AskKind.SEVERAL, tuple(Option(o, o) for o in one.options), value=value
            )
        case Kind.FILE:
            shown = tuple(
                Option(f.name, t("tool_form.file", name=f.name, weight=_weight(f.weight), shows=f.shows))
                for f in spec.files
            )
            return Ask("value", one.label, AskKind.ONE, (*shown, nothing), value=value)
    return Ask("value", t("tool_form.prompt", label=one.label), value=value, hint=one.help, free=True)


def _problem(one: FormField, code: str) -> str:
    return t(
        f"tool_form.problem.{code}",
        label=one.label,
        low=_plain(one.low),
        high=_plain(one.high),
        formats=", ".join(one.formats),
        most=_weight(one.most),
    )


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return t("tool_form.yes" if value else "tool_form.no")
    return (value if isinstance(value, str) else ", ".join(value)) or t("tool_form.empty")


def _plain(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _weight(mega: float) -> str:
    return t("tool_form.weight", weight=_plain(mega))
