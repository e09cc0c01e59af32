"""What the machine makes people wait is not their time."""

from __future__ import annotations

from kiosk.candidate.fair_clock import FairClock


class Now:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def spent(now: Now, clock: FairClock, *beats: float) -> float:
    """The clock's time over beats that come after so many seconds each."""
    clock.beat()
    start = clock.seconds()
    for wait in beats:
        now.time += wait
        clock.beat()
    return clock.seconds() - start


def test_regular_beats_count_in_full() -> None:
    now = Now()
    assert abs(spent(now, FairClock(now), *[0.11] * 20) - 2.2) < 1e-6


def test_a_stall_is_taken_out() -> None:
    now = Now()
    clock = FairClock(now)
    assert abs(spent(now, clock, 0.1, 3.1, 0.1) - 0.3) < 1e-6
    assert abs(clock.stalled - 3.0) < 1e-6


def test_a_stall_under_way_is_not_counted_either() -> None:
    now = Now()
    clock = FairClock(now)
    clock.beat()
    start = clock.seconds()
    now.time += 5.0
    assert clock.seconds() - start <= 0.1 + 1e-6


def test_small_delays_are_the_persons() -> None:
    now = Now()
    assert abs(spent(now, FairClock(now), 0.3, 0.3) - 0.6) < 1e-6


def test_it_never_goes_back() -> None:
    now = Now()
    clock = FairClock(now)
    clock.beat()
    seen = [clock.seconds()]
    for step in (0.2, 0.1, 0.04, 0.02, 2.0, 0.1):
        now.time += step
        seen.append(clock.seconds())
    assert seen == sorted(seen)


def test_without_a_heartbeat_time_is_time() -> None:
    now = Now()
    clock = FairClock(now)
    clock.beat()
    clock.rest()
    start = clock.seconds()
    now.time += 7.0
    assert abs(clock.seconds() - start - 7.0) < 1e-6
