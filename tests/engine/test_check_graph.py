"""Paths through a process, against the plain definition of what reaches what."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.check.graph import loops, reached, reverse

NAMES = "abcdefg"
GRAPHS = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=3, unique=True) for name in NAMES})


@given(GRAPHS)
def test_a_loop_is_what_reaches_itself_and_holds_all_that_does_so_with_it(graph: dict[str, list[str]]) -> None:
    after = {name: reached(graph, graph[name]) for name in NAMES}
    expected = {frozenset(o for o in NAMES if o in after[n] and n in after[o]) for n in NAMES if n in after[n]}
    assert {frozenset(found) for found in loops(graph)} == expected


@given(GRAPHS)
def test_turned_round_twice_a_graph_is_the_same(graph: dict[str, list[str]]) -> None:
    again = reverse(reverse(graph))
    assert {name: sorted(others) for name, others in again.items()} == {n: sorted(o) for n, o in graph.items()}


@given(GRAPHS)
def test_what_is_reached_is_reached_backwards_too(graph: dict[str, list[str]]) -> None:
    before = reverse(graph)
    assert all(start in reached(before, [end]) for start in NAMES for end in reached(graph, [start]))


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {str(n): [str(n + 1)] for n in range(50_000)} | {"50000": ["0"]}
    assert [len(found) for found in loops(chain)] == [50_001]
