"""Records as plain data, and back: what a process hands to another, and what is kept between two runs.

Plain data is what JSON can say. Nothing of it can be run, and what is no record of a known kind is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from json import JSONEncoder
from typing import Any

from lambdalint.records import fields


class NotPlain(ValueError):
    """Data that no record was written as."""


def json_of(data: Any) -> str:
    """Plain data as JSON, without blanks."""
    return _JSON.encode(data)


_JSON = JSONEncoder(separators=(",", ":"))

Named = tuple[Callable[[Any], tuple[str, ...]], Callable[..., Any]]
"""The words by which something is known, and what finds it by these."""


class Plain:
    """From records of some classes to plain data and back.

    A record is an object of JSON with its class as only key, and its fields as a list; a row is a list. Of `named`
    classes only a few words are written, and what is known by these is found again: each has both ways.
    """

    def __init__(self, classes: Iterable[type], named: Mapping[type, Named] | None = None) -> None:
        self.classes = tuple(classes)
        self._fields: dict[type, tuple[str, ...]] = {
            each: tuple(one.name for one in fields(each)) for each in self.classes
        }
        self._made: dict[str, Callable[[list[Any]], Any]] = {
            each.__name__: self._record(each, len(names)) for each, names in self._fields.items()
        }
        assert len(self._made) == len(self._fields), "two classes of one name"
        self._named = named or {}
        for kind, (_, find) in self._named.items():
            self._made[kind.__name__] = self._known(find)

    def write(self, value: Any) -> Any:
        """The plain data of a value."""
        kind = value.__class__
        if kind in _PLAIN:
            return value
        if kind is tuple:
            write = self.write
            return [each if each.__class__ in _PLAIN else write(each) for each in value]
        if kind in self._named:
            return {kind.__name__: list(self._named[kind][0](value))}
        names = self._fields.get(kind)
        if names is None:
            raise TypeError(f"{kind.__qualname__} is not written as plain data")
        write = self.write
        values = [getattr(value, name) for name in names]
        return {kind.__name__: [each if each.__class__ in _PLAIN else write(each) for each in values]}

    def told(self, value: Any) -> Iterator[str]:
        """The JSON of the plain data of a record, in a piece for each item of its fields, so that all of it is not held
        several times."""
        between = f'{{"{value.__class__.__name__}":['
        for name in self._fields[value.__class__]:
            each = getattr(value, name)
            yield between
            between = ","
            if each and each.__class__ is tuple:
                inner = "["
                for item in each:
                    yield f"{inner}{json_of(self.write(item))}"
                    inner = ","
                yield "]"
            else:
                yield json_of(self.write(each))
        yield "]}"

    def read(self, data: Any) -> Any:
        """The value that some data was written of; raises NotPlain where that is none."""
        kind = data.__class__
        if kind in _PLAIN:
            return data
        if kind is list:
            read = self.read
            return tuple([each if each.__class__ in _PLAIN else read(each) for each in data])
        if kind is dict and len(data) == 1:
            ((name, values),) = data.items()
            make = self._made.get(name)
            if make is not None and values.__class__ is list:
                read = self.read
                return make([each if each.__class__ in _PLAIN else read(each) for each in values])
        raise NotPlain(str(data)[:80])

    @staticmethod
    def _record(kind: type, count: int) -> Callable[[list[Any]], Any]:
        def make(values: list[Any]) -> Any:
            if len(values) != count:
                raise NotPlain(kind.__name__)
            return kind(*values)

        return make

    @staticmethod
    def _known(find: Callable[..., Any]) -> Callable[[list[Any]], Any]:
        def make(values: list[Any]) -> Any:
            try:
                return find(*values)
            except (KeyError, TypeError):
                raise NotPlain(str(values)[:80]) from None

        return make


_PLAIN = frozenset({str, int, bool, float, type(None)})
