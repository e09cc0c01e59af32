"""The conversation task as its author writes it (docs/tools/conversation.md): places to talk, posts, and goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from itembank.errors import ItemInvalid
from itembank.records import Record
from itembank.tasks.alternatives import Alternatives, alternatives

MOST_CHANNELS, MOST_POSTS = 8, 30
REASONS = ("insult", "false", "scam", "private")
"""Why a post can be reported: it insults, it is false, it cheats, it tells something private."""


class Reach(StrEnum):
    """Who can read a place to talk."""

    PUBLIC = "public"
    GROUP = "group"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to talk: a public page, a group, a private exchange."""

    id: str
    title: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody wrote. `reply_to` and `shared` are ids of other posts; `time` as written."""

    id: str
    channel: str
    author: str
    time: str
    text: str
    reply_to: str = ""
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """One post of the candidate's of which all this is true; None asks nothing.

    All words of `contains` stand in it, of each member of `contains_any` one form, and no word of `without`, case and
    accents ignored; `reply_to` "" asks for no reply.
    """

    channel: str | None = None
    reply_to: str | None = None
    contains: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    contains_any: Alternatives = ()


@dataclass(frozen=True, slots=True)
class NotPosted:
    """No post of the candidate's is like this. True of the untouched tool."""

    like: Posted


@dataclass(frozen=True, slots=True)
class Silent:
    """The candidate wrote and shared nothing in these places. True of the untouched tool."""

    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Liked:
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """Posts were reported, each for one of the reasons given."""

    reasons: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NotReported:
    """None of these posts is reported. True of the untouched tool."""

    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """Exactly these people are blocked."""

    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Deleted:
    """The candidate's own posts are deleted."""

    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A post was shared to a place."""

    post: str
    to: str


@dataclass(frozen=True, slots=True)
class NotShared:
    """Posts were shared nowhere. True of the untouched tool."""

    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Muted:
    """Exactly these places are muted."""

    channels: frozenset[str]


Condition: TypeAlias = (
    Posted
    | NotPosted
    | Silent
    | Liked
    | Reported
    | NotReported
    | Blocked
    | Deleted
    | Shared
    | NotShared
    | Muted
)


@dataclass(frozen=True, slots=True)
class ConversationGoal:
    """One point: every condition of `when` holds."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ConversationSpec:
    """The author's conversations, seen by `me`."""

    TOOL: ClassVar[str] = "conversation"

    me: str
    channels: tuple[Channel, ...]
    posts: tuple[Post, ...]
    goals: tuple[ConversationGoal, ...]

    @property
    def people(self) -> list[str]:
        """Everybody who writes, but me."""
        return list(dict.fromkeys(post.author for post in self.posts if post.author != self.me))

    @classmethod
    def from_record(cls, record: Mapping[str, object], *, field: str = "body") -> ConversationSpec:
        """The spec of a decoded `body` (docs/tools/conversation.md); `field` is its dotted path in the item.

        Raises `itembank.errors.ItemInvalid` naming the dotted field: the codes of `records`, and
        `task.unknown_condition` (`allowed`).
        """
        body = Record(record, field)
        body.only("me", "channels", "posts", "goals")
        me = body.text("me")
        channels: list[Channel] = []
        for place, raw in body.sized("channels", 1, MOST_CHANNELS):
            inside = Record(raw, place)
            inside.only("id", "title", "reach")
            channel = Channel(
                inside.text("id"), inside.text("title"), Reach(inside.one_of("reach", tuple(Reach)))
            )
            if any(channel.id == other.id for other in channels):
                raise ItemInvalid("item.duplicate", inside.at("id"), value=channel.id)
            channels.append(channel)
        places = [channel.id for channel in channels]
        posts: dict[str, Post] = {}
        for place, raw in body.sized("posts", 1, MOST_POSTS):
            inside = Record(raw, place)
            inside.only("id", "channel", "author", "time", "text", "reply_to")
            post = Post(
                id=inside.text("id"),
                channel=inside.choice("channel", places),
                author=inside.text("author"),
                time=inside.text("time", default="", empty=True),
                text=inside.text("text"),
                reply_to=inside.choice("reply_to", posts) if "reply_to" in inside else "",
            )
            if post.id in posts:
                raise ItemInvalid("item.duplicate", inside.at("id"), value=post.id)
            posts[post.id] = post
        bare = cls(me, tuple(channels), tuple(posts.values()), ())
        goals = tuple(_goal(goal, bare) for goal in body.records("goals", required=True))
        return cls(bare.me, bare.channels, bare.posts, goals)

    def texts(self) -> list[str]:
        """The names of the places, and what was written there."""
        return [channel.title for channel in self.channels] + [post.text for post in self.posts]


def _goal(record: Record, spec: ConversationSpec) -> ConversationGoal:
    record.only("name", "when")
    when = tuple(_condition(one, spec) for one in record.records("when", required=True))
    return ConversationGoal(record.text("name"), when)


_ALLOWED = (
    "posted, not_posted, silent, liked, reported, not_reported, blocked, deleted, shared, not_shared, muted"
)


def _posted(record: Record, spec: ConversationSpec) -> Posted:
    record.only("channel", "reply_to", "contains", "contains_any", "without")
    return Posted(
        channel=record.choice("channel", [channel.id for channel in spec.channels])
        if "channel" in record
        else None,
        reply_to=record.choice("reply_to", [post.id for post in spec.posts])
        if "reply_to" in record
        else None,
        contains=record.texts("contains"),
        without=record.texts("without"),
        contains_any=alternatives(record, "contains_any") if "contains_any" in record else (),
    )


def _condition(record: Record, spec: ConversationSpec) -> Condition:
    posts = [post.id for post in spec.posts]
    own = [post.id for post in spec.posts if post.author == spec.me]
    places = [channel.id for channel in spec.channels]
    match [key for key, _ in record.items()]:
        case ["posted"]:
            return _posted(record.record("posted"), spec)
        case ["not_posted"]:
            return NotPosted(_posted(record.record("not_posted"), spec))
        case ["silent"]:
            return Silent(record.texts("silent", required=True, among=places))
        case ["liked"]:
            return Liked(record.texts("liked", required=True, among=posts))
        case ["reported"]:
            inside = record.record("reported")
            inside.only(*posts)
            return Reported(
                {name: inside.texts(name, required=True, among=REASONS) for name, _ in inside.items()}
            )
        case ["not_reported"]:
            return NotReported(record.texts("not_reported", required=True, among=posts))
        case ["blocked"]:
            return Blocked(frozenset(record.texts("blocked", required=True, among=spec.people)))
        case ["deleted"]:
            return Deleted(record.texts("deleted", required=True, among=own))
        case ["shared"]:
            inside = record.record("shared")
            inside.only("post", "to")
            return Shared(inside.choice("post", posts), inside.choice("to", places))
        case ["not_shared"]:
            return NotShared(record.texts("not_shared", required=True, among=posts))
        case ["muted"]:
            return Muted(frozenset(record.texts("muted", required=True, among=places)))
    raise ItemInvalid("task.unknown_condition", record.field, allowed=_ALLOWED)
