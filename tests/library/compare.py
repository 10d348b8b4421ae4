"""What changed between two results of `probe`, for a person to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Result = Mapping[str, Any]
MOST_SHOWN = 40
"""Lines of one part; the files hold the rest."""
MOST_REASONS = 5


@dataclass(frozen=True)
class Change:
    """A part of the report: a line in short, what it consists of, and whether it speaks against the other version."""

    summary: str
    details: tuple[str, ...] = ()
    worse: bool = False

    def lines(self) -> Iterator[str]:
        """As it is printed."""
        yield f"{'WORSE' if self.worse else 'ok   '} {self.summary}"
        yield from (f"        {line}" for line in self.details[:MOST_SHOWN])
        if len(self.details) > MOST_SHOWN:
            yield f"        … and {len(self.details) - MOST_SHOWN} more"


def changes(pinned: Result, other: Result) -> list[Change]:
    """Each part of the two results compared."""
    parts: dict[str, Callable[[Any, Any], Change]] = {
        "tests": _tests,
        "golden": _golden,
        "walks": _walks,
        "verdicts": _verdicts,
        "bench": _bench,
    }
    return [_failed(name, pinned, other) or compare(pinned[name], other[name]) for name, compare in parts.items()]


def _failed(name: str, *sides: Result) -> Change | None:
    """A part that one of the two could not even begin."""
    for side in sides:
        if "failed" in side[name]:
            return Change(f"{name}: could not be run on {side['library']}: {side[name]['failed']}", worse=True)
    return None


def _tests(pinned: Mapping[str, str], other: Mapping[str, str]) -> Change:
    """Tests that fail only with the other version, and those that fail only with the pinned one."""
    broken = [name for name in sorted(pinned) if pinned[name] == "passed" != other.get(name, "not run")]
    mended = [name for name in sorted(other) if other[name] == "passed" != pinned.get(name, "not run")]
    passed = [sum(outcome == "passed" for outcome in side.values()) for side in (pinned, other)]
    details = _reasons(other.get(name, "not run") for name in broken)
    details += [f"fails now: {name}: {other.get(name, 'not run')}" for name in broken]
    details += [f"passes now: {name}" for name in mended]
    summary = f"tests: {passed[0]} of {len(pinned)} passed, {passed[1]} of {len(other)} now; "
    return Change(f"{summary}{len(broken)} fail now, {len(mended)} pass now", tuple(details), bool(broken))


def _reasons(reasons: Iterable[str]) -> list[str]:
    """The commonest reasons, each with how often it was given."""
    return [f"{count} x {reason}" for reason, count in Counter(reasons).most_common(MOST_REASONS)]


def _golden(pinned: Mapping[str, str], other: Mapping[str, str]) -> Change:
    details = [f"{name}: {said}" for name, said in sorted(other.items()) if said != pinned.get(name)]
    held = sum(said == "as then" for said in other.values())
    worse = any(other.get(name) != said == "as then" for name, said in pinned.items())
    return Change(f"saved instances: {held} of {len(other)} load and finish as they did", tuple(details), worse)


def _walks(pinned: Result, other: Result) -> Change:
    new = [str(seed) for seed in other["wrong"] if seed not in pinned["wrong"]]
    counts = f"{len(pinned['wrong'])} of {pinned['made']} wrong, {len(other['wrong'])} of {other['made']} now"
    details = (f"seeds: {' '.join(new[:MOST_SHOWN])}",) if new else ()
    return Change(f"random models beside the token game: {counts}", details, bool(new))


def _verdicts(pinned: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> Change:
    different = [
        f"{name}: {' '.join(pinned.get(name, [])) or 'nothing'} -> {' '.join(codes) or 'nothing'}"
        for name, codes in sorted(other.items())
        if codes != pinned.get(name)
    ]
    return Change(
        f"verdicts: {len(different)} of {len(other)} files judged otherwise", tuple(different), bool(different)
    )


def _bench(pinned: Mapping[str, float], other: Mapping[str, float]) -> Change:
    """Only ratios: the two were measured one after the other on a machine that may do other things too."""
    ratios = [side["us_at_20"] / side["raw_us_at_20"] for side in (pinned, other)]
    summary = f"completing a step: {ratios[0]:.2f} x the bare library of its version, {ratios[1]:.2f} now; "
    return Change(f"{summary}state {pinned['state_bytes']:.0f} bytes, {other['state_bytes']:.0f} now")
