"""The conversation task: what the candidate writes, shares, reports, and which goals then hold.

Actions (plain JSON), `post` being a post's id: `{"do": "go", "channel": ID}`, `{"do": "write", "text": T}` (in the place in sight),
`{"do": "reply", "post": ID, "text": T}`, `{"do": "edit", "post": ID, "text": T}` and `{"do": "delete", "post": ID}` (one's own),
`{"do": "like", "post": ID}` (again takes it back), `{"do": "share", "post": ID, "to": CHANNEL}`, `{"do": "report", "post": ID, "reason":
R}`, `{"do": "block", "person": NAME}` and `{"do": "mute", "channel": ID}` (again takes them back).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from itembank.errors import ResponseInvalid
from itembank.tasks import actions as reading
from itembank.tasks.actions import Action
from itembank.tasks.alternatives import all_said
from itembank.tasks.conversation.spec import (
    MOST_POSTS,
    REASONS,
    Blocked,
    Condition,
    ConversationSpec,
    Deleted,
    Liked,
    Muted,
    NotPosted,
    NotReported,
    NotShared,
    Post,
    Posted,
    Reported,
    Shared,
    Silent,
)
from itembank.tasks.words import mentions

LONGEST_POST = 1_000

KEYS: dict[str, tuple[str, ...]] = {
    "go": ("channel",),
    "write": ("text",),
    "reply": ("post", "text"),
    "edit": ("post", "text"),
    "delete": ("post",),
    "like": ("post",),
    "share": ("post", "to"),
    "report": ("post", "reason"),
    "block": ("person",),
    "mute": ("channel",),
}
"""Every action, and what it may say beside its `do`."""


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The conversations now; `written` counts what the candidate wrote or shared so far."""

    channel: str
    posts: tuple[Post, ...]
    written: int = 0
    liked: frozenset[str] = frozenset()
    reported: Mapping[str, str] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()


def initial_state(spec: ConversationSpec) -> ConversationState:
    """The author's conversations, the first place in sight."""
    return ConversationState(spec.channels[0].id, spec.posts)


def apply(spec: ConversationSpec, state: ConversationState, action: Action) -> ConversationState:
    """The state after `action`; `state` is unchanged.

    Raises `itembank.errors.ResponseInvalid`: the codes of `actions`, and `action.unknown_channel`, `action.unknown_post`,
    `action.not_yours`, `action.unknown_person`, `action.control_value`, `action.too_many_posts` (`limit`).
    """
    match reading.known_verb(action, KEYS):
        case "go":
            return replace(state, channel=_channel(spec, action, "channel"))
        case "write":
            return _added(spec, state, Post("", state.channel, spec.me, "", _text(action)))
        case "reply":
            post = _post(state, action)
            return _added(spec, state, Post("", post.channel, spec.me, "", _text(action), reply_to=post.id))
        case "share":
            post, to = _post(state, action), _channel(spec, action, "to")
            return _added(spec, state, Post("", to, spec.me, "", post.text, shared=post.id))
        case "edit" | "delete" as do:
            return _own(spec, state, action, do)
        case "like":
            return replace(state, liked=state.liked ^ {_post(state, action).id})
        case "report":
            reason = reading.text(action, "reason", limit=20)
            if reason not in REASONS:
                raise ResponseInvalid("action.control_value", low=0, high=0)
            return replace(state, reported={**state.reported, _post(state, action).id: reason})
        case "block":
            person = reading.text(action, "person", limit=100)
            if person not in spec.people:
                raise ResponseInvalid("action.unknown_person")
            return replace(state, blocked=state.blocked ^ {person})
        case "mute":
            return replace(state, muted=state.muted ^ {_channel(spec, action, "channel")})
        case other:
            raise ResponseInvalid("action.unknown", do=other)


def goals_met(spec: ConversationSpec, state: ConversationState) -> tuple[bool, ...]:
    """Which goals hold, in the author's order."""
    return tuple(all(_holds(spec, one, state) for one in goal.when) for goal in spec.goals)


def _holds(spec: ConversationSpec, condition: Condition, state: ConversationState) -> bool:
    theirs = {post.id for post in spec.posts}
    new = [post for post in state.posts if post.id not in theirs]
    match condition:
        case Posted():
            return any(_is_like(post, condition) for post in new if not post.shared)
        case NotPosted(like):
            return not any(_is_like(post, like) for post in new if not post.shared)
        case Silent(channels):
            return not any(post.channel in channels for post in new)
        case Liked(posts):
            return all(post in state.liked for post in posts)
        case Reported(reasons):
            return all(state.reported.get(post) in allowed for post, allowed in reasons.items())
        case NotReported(posts):
            return not any(post in state.reported for post in posts)
        case Blocked(people):
            return state.blocked == people
        case Deleted(posts):
            left = {post.id for post in state.posts}
            return not any(post in left for post in posts)
        case Shared(post, to):
            return any(one.shared == post and one.channel == to for one in new)
        case NotShared(posts):
            return not any(one.shared in posts for one in new)
        case Muted(channels):
            return state.muted == channels


def _is_like(post: Post, wanted: Posted) -> bool:
    return (
        wanted.channel in (None, post.channel)
        and wanted.reply_to in (None, post.reply_to)
        and all(mentions(post.text, word) for word in wanted.contains)
        and all_said(post.text, wanted.contains_any)
        and not any(mentions(post.text, word) for word in wanted.without)
    )


def _channel(spec: ConversationSpec, action: Action, key: str) -> str:
    wanted = reading.text(action, key, limit=100)
    if all(wanted != channel.id for channel in spec.channels):
        raise ResponseInvalid("action.unknown_channel")
    return wanted


def _post(state: ConversationState, action: Action) -> Post:
    wanted = reading.text(action, "post", limit=100)
    for post in state.posts:
        if post.id == wanted:
            return post
    raise ResponseInvalid("action.unknown_post")


def _text(action: Action) -> str:
    text = reading.text(action, "text", limit=LONGEST_POST, lines=True).strip()
    if not text:
        raise ResponseInvalid("action.missing", key="text")
    return text


def _added(spec: ConversationSpec, state: ConversationState, post: Post) -> ConversationState:
    if len(state.posts) >= MOST_POSTS + len(spec.posts):
        raise ResponseInvalid("action.too_many_posts", limit=MOST_POSTS)
    made = replace(post, id=f"+{state.written}")
    return replace(state, posts=(*state.posts, made), written=state.written + 1)


def _own(spec: ConversationSpec, state: ConversationState, action: Action, do: str) -> ConversationState:
    post = _post(state, action)
    if post.author != spec.me:
        raise ResponseInvalid("action.not_yours")
    if do == "delete":
        return replace(state, posts=tuple(one for one in state.posts if one.id != post.id))
    changed = replace(post, text=_text(action))
    return replace(state, posts=tuple(changed if one.id == post.id else one for one in state.posts))
