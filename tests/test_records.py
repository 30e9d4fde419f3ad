"""The records that cost little to define are those of the standard library, for whoever uses them."""

import pytest

from lambdalint.records import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False)


@dataclass(frozen=True, order=True, slots=True)
class Ordered:
    first: int
    second: str


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    name: str


@dataclass(slots=True)
class Open:
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Empty:
    pass


def test_equal_fields_make_equal_records_of_one_hash() -> None:
    assert Point(1, 2) == Point(1, 2, "elsewhere")
    assert hash(Point(1, 2)) == hash(Point(1, 2, "elsewhere"))
    assert Point(1) != Point(2)
    assert Point(1) != Ordered(1, "")
    assert len({Empty(), Empty()}) == 1


def test_without_equality_each_is_itself() -> None:
    one = Thing("a")
    assert one != Thing("a")
    assert {one: 1}[one] == 1


def test_what_may_change_has_no_hash() -> None:
    assert Open() == Open()
    with pytest.raises(TypeError):
        hash(Open())


def test_they_are_ordered_by_their_fields() -> None:
    assert min(Ordered(2, "a"), Ordered(1, "b"), Ordered(1, "a")) == Ordered(1, "a")


def test_they_are_dataclasses_with_slots() -> None:
    assert [each.name for each in fields(Point)] == ["x", "y", "note"]
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert not hasattr(Point(1), "__dict__")
    assert repr(Point(1, 2)) == "Point(x=1, y=2, note='')"
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@dataclass(frozen=True, slots=True)
class Pair:
    one: object
    other: object


@pytest.mark.parametrize(("one", "another", "alike"), [(1, 1, True), (1, 2, False), ([], [], True), ([], [1], False)])
def test_what_is_a_part_of_many_parts_is_compared_once(one: object, another: object, *, alike: bool) -> None:
    deep, other = Pair(one, ""), Pair(another, "")
    for _ in range(200):
        deep, other = Pair(deep, deep), Pair(other, other)
    assert (deep == other) is alike
