"""A program as its lines: an instruction each, indented under the repetition or condition it belongs to. Pure.

Every change gives new lines whose indents make sense: a line is at most one step deeper than the one above, and only under
a line that opens a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

ROBOT_MOVES = ("forward", "left", "right", "pick", "drop")
"""What the robot is told: one square forward, a quarter turn, take or put down an object."""
SENSORS = ("free", "blocked", "object", "no_object", "arrived", "not_arrived")
"""What the robot can look at: the square ahead, the square it stands on."""
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "contains", "lacks", "starts", "ends")
VALUE_MOVES = ("set", "add", "multiply", "say")
BLOCKS = ("repeat", "while", "if", "else", "each")
"""What opens a block: the lines indented under it belong to it."""
BLANK = "blank"
"""A line still to be written."""
MOST_LINES, DEEPEST, LONGEST_OPERAND = 30, 4, 60


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line. `arguments` as typed, by `what`:

    repeat: times; while, if: a sensor, or left, comparison, right; set, add, multiply: variable, value; say: value; the
    others have none. A `locked` line is the author's to keep: it can be neither changed nor moved nor deleted.
    """

    what: str
    arguments: tuple[str, ...] = ()
    depth: int = 0
    locked: bool = False


Program = tuple[Instruction, ...]


def settled(lines: Sequence[Instruction]) -> Program:
    """The lines with indents that make sense: those too deep are brought out."""
    found: list[Instruction] = []
    for line in lines:
        room = 0
        if found:
            room = found[-1].depth + (found[-1].what in BLOCKS)
        depth = max(0, min(line.depth, room, DEEPEST))
        found.append(line if depth == line.depth else replace(line, depth=depth))
    return tuple(found)


def end_of_block(lines: Program, at: int) -> int:
    """The number (from 0) of the first line after `at` that does not belong to it: its block, and an « if »'s « else »."""
    end = at + 1
    while end < len(lines) and lines[end].depth > lines[at].depth:
        end += 1
    if lines[at].what == "if" and end < len(lines):
        follows = lines[end]
        if follows.what == "else" and follows.depth == lines[at].depth:
            return end_of_block(lines, end)
    return end


def inserted(lines: Program, after: int, new: Instruction, depth: int | None = None) -> Program:
    """The lines with a new one after the line number `after` (from 1; 0 is the start).

    Without `depth` it stands in the block that the line above opens, or else beside that line.
    """
    if depth is None:
        depth = lines[after - 1].depth + (lines[after - 1].what in BLOCKS) if after else 0
    placed = replace(new, depth=_depth_of(lines[:after], new, depth))
    return settled((*lines[:after], placed, *lines[after:]))


def exchanged(lines: Program, at: int, new: Instruction) -> Program:
    """The lines with another one in the place of the line number `at` (from 0); what belonged to a block comes out."""
    before = lines[at]
    placed = replace(new, depth=_depth_of(lines[:at], new, before.depth))
    if before.what in BLOCKS and new.what not in BLOCKS:
        return settled((*lines[:at], placed, *deleted(lines, at)[at:]))
    return settled((*lines[:at], placed, *lines[at + 1 :]))


def _depth_of(above: Program, new: Instruction, depth: int) -> int:
    """Where a line stands: an « else » goes beside its « if », wherever the last line of that block stands."""
    if new.what != "else":
        return depth
    return max((n for n in range(depth + 1) if _waits_for_else(above, n)), default=depth)


def _waits_for_else(lines: Program, depth: int) -> bool:
    """Whether the last line of that depth is an « if »."""
    at = next((line for line in reversed(lines) if line.depth <= depth), None)
    return at is not None and at.depth == depth and at.what == "if"


def deleted(lines: Program, at: int) -> Program:
    """The lines without the line number `at` (from 0); what belonged to it comes out."""
    end = at + 1
    while end < len(lines) and lines[end].depth > lines[at].depth:
        end += 1
    step = 1 if lines[at].what in BLOCKS else 0
    inner = tuple(replace(line, depth=line.depth - step) for line in lines[at + 1 : end])
    return settled((*lines[:at], *inner, *lines[end:]))


def moved(lines: Program, at: int, by: int) -> Program:
    """The lines with the line number `at` (from 0), and what belongs to it, one line up (-1) or down (1).

    Up, it takes the indent of the line it passes; down, it enters the block that the passed line opens.
    """
    end = end_of_block(lines, at)
    block = lines[at:end]
    if by < 0:
        if at == 0:
            return lines
        to, depth, rest = at - 1, lines[at - 1].depth, lines[:at] + lines[end:]
    else:
        if end == len(lines):
            return lines
        passed = lines[end]
        to, depth, rest = at + 1, passed.depth + (passed.what in BLOCKS), lines[:at] + lines[end:]
    step = depth - block[0].depth
    block = tuple(replace(line, depth=line.depth + step) for line in block)
    return settled((*rest[:to], *block, *rest[to:]))


def indented(lines: Program, at: int, by: int) -> Program:
    """The lines with the line number `at` (from 0), and what belongs to it, one step in (1) or out (-1)."""
    end = end_of_block(lines, at)
    block = tuple(replace(line, depth=line.depth + by) for line in lines[at:end])
    return settled((*lines[:at], *block, *lines[end:]))
