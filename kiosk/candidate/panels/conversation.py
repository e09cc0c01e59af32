"""Conversations: a tab a place to talk, a line a post, replies under what they answer."""

from __future__ import annotations

from itembank.tasks.conversation.machine import ConversationState
from itembank.tasks.conversation.spec import REASONS, Channel, ConversationSpec, Post
from kiosk.candidate.panels.view import Ask, AskKind, Doing, Line, Option, Tab, View
from kiosk.locale import t


def view(spec: ConversationSpec, state: ConversationState) -> View:
    """The place in sight."""
    here = next(channel for channel in spec.channels if channel.id == state.channel)
    tabs = tuple(
        Tab(channel.title, channel is here, Doing(channel.title, {"do": "go", "channel": channel.id}))
        for channel in spec.channels
    )
    lines: list[Line] = []
    for post in state.posts:
        if post.channel == here.id and not _answered_here(state, post):
            _thread(spec, state, post, 0, lines)
    mute = "unmute" if here.id in state.muted else "mute"
    doings = (
        Doing(t("tool_conversation.write", place=_place(here)), {"do": "write"}, (_text("", ""),)),
        Doing(t(f"tool_conversation.{mute}", place=here.title), {"do": "mute", "channel": here.id}),
        *(
            Doing(t("tool_conversation.unblock", who=name), {"do": "block", "person": name})
            for name in sorted(state.blocked)
        ),
    )
    return View(
        title=_place(here) + (t("tool_conversation.muted") if here.id in state.muted else ""),
        lines=tuple(lines),
        tabs=tabs if len(tabs) > 1 else (),
        doings=doings,
        place=here.id,
        empty=t("tool_conversation.nothing"),
    )


def _place(channel: Channel) -> str:
    return t(
        "tool_conversation.place", title=channel.title, reach=t(f"tool_conversation.reach.{channel.reach}")
    )


def _answered_here(state: ConversationState, post: Post) -> bool:
    return any(other.id == post.reply_to for other in state.posts)


def _thread(
    spec: ConversationSpec, state: ConversationState, post: Post, depth: int, lines: list[Line]
) -> None:
    lines.append(Line(_said(spec, state, post), _doings(spec, state, post), indent=2 * min(depth, 3)))
    for other in state.posts:
        if other.reply_to == post.id:
            _thread(spec, state, other, depth + 1, lines)


def _said(spec: ConversationSpec, state: ConversationState, post: Post) -> str:
    who = t("tool_conversation.me", who=post.author) if post.author == spec.me else post.author
    if post.author in state.blocked:
        return t("tool_conversation.blocked", who=who)
    key = "shared" if post.shared else "post"
    time = post.time or t("tool_conversation.now")
    text = t(f"tool_conversation.{key}", who=who, time=time, text=post.text)
    if post.id in state.liked:
        text += t("tool_conversation.liked")
    if post.id in state.reported:
        text += t("tool_conversation.reported")
    return text


def _text(words: str, value: str) -> Ask:
    return Ask("text", words or t("tool_conversation.text"), AskKind.LINES, value=value)


def _doings(spec: ConversationSpec, state: ConversationState, post: Post) -> tuple[Doing, ...]:
    it = {"post": post.id}
    who = post.author
    places = tuple(Option(channel.id, _place(channel)) for channel in spec.channels)
    found = [Doing(t("tool_conversation.reply", who=who), {"do": "reply"} | it, (_text("", ""),))]
    if who == spec.me:
        found += [
            Doing(t("tool_conversation.edit"), {"do": "edit"} | it, (_text("", post.text),)),
            Doing(t("tool_conversation.delete"), {"do": "delete"} | it),
        ]
    else:
        like = "unlike" if post.id in state.liked else "like"
        reasons = tuple(Option(reason, t(f"tool_conversation.reasons.{reason}")) for reason in REASONS)
        block = "unblock" if who in state.blocked else "block"
        found += [
            Doing(t(f"tool_conversation.{like}", who=who), {"do": "like"} | it),
            Doing(
                t("tool_conversation.report", who=who),
                {"do": "report"} | it,
                (Ask("reason", t("tool_conversation.why"), AskKind.ONE, reasons),),
                told=t("tool_conversation.report_done"),
            ),
            Doing(t(f"tool_conversation.{block}", who=who), {"do": "block", "person": who}),
        ]
    found.append(
        Doing(
            t("tool_conversation.share", who=who),
            {"do": "share"} | it,
            (Ask("to", t("tool_conversation.where"), AskKind.ONE, places),),
            told=t("tool_conversation.share_done"),
        )
    )
    return tuple(found)
