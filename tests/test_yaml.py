"""YAML and JSON, read with a place on every node."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value


def read(text: str, path: str = "template.yaml") -> Value | None:
    return yaml.read(Source(path, text))


def mapping(text: str, path: str = "template.yaml") -> Mapping:
    value = read(text, path)
    assert isinstance(value, Mapping)
    return value


def scalar(text: str) -> object:
    value = mapping(f"a: {text}").get("a")
    return value.value if isinstance(value, Known) else value


def here(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span("template.yaml", line, column, end_line, end_column)


class TestScalars:
    @pytest.mark.parametrize(
        ("written", "read_as"),
        [
            ("60", 60),
            ("-1", -1),
            ("+7", 7),
            ("1_000", 1000),
            ("0", 0),
            ("1.5", 1.5),
            (".5", 0.5),
            ("true", True),
            ("False", False),
            ("yes", True),
            ("off", False),
            ("src/", "src/"),
            ("a b", "a b"),
        ],
    )
    def test_a_plain_scalar_has_its_type(self, written: str, read_as: object) -> None:
        found = scalar(written)
        assert found == read_as
        assert type(found) is type(read_as)

    @pytest.mark.parametrize(
        "written",
        [
            "2012-10-17",
            "2001-12-14t21:59:43.10-05:00",
            "012345678901",
            "0755",
            "0x1F",
            "1:30",
            "1e3",
            "12e5678",
            "1.2.3",
            "+",
            ".",
            "y",
            "NaN",
            "-.inf",
            ".nan",
            "9" * 5000,
            "٣",
        ],
    )
    def test_what_is_no_number_of_a_template_stays_text(self, written: str) -> None:
        assert scalar(written) == written

    @pytest.mark.parametrize("written", ["'60'", '"60"', "!!str 60"])
    def test_a_quoted_scalar_stays_text(self, written: str) -> None:
        assert scalar(written) == "60"

    @pytest.mark.parametrize("written", ["", "~", "null", "Null"])
    def test_null_is_no_value_though_its_key_is_there(self, written: str) -> None:
        found = mapping(f"a: {written}\nb: 1")
        assert found.get("a") is None
        assert "a" in found.keys

    def test_null_items_are_left_out(self) -> None:
        found = mapping("a: [1, ~, 2]").get("a")
        assert isinstance(found, Sequence)
        assert [item.value for item in found if isinstance(item, Known)] == [1, 2]


class TestMappings:
    def test_keys_are_the_text_that_is_written(self) -> None:
        assert list(mapping("on: 1\n0123: 2\n123: 3\ntrue: 4\n1.50: 5").entries) == [
            "on",
            "0123",
            "123",
            "true",
            "1.50",
        ]

    def test_the_last_of_two_keys_wins(self) -> None:
        found = mapping("a: 1\nb: 2\na: 3")
        assert found.get("a") == Known(3, here(3, 4, 3, 5))
        assert found.key("a") == here(3, 1, 3, 2)

    def test_a_later_null_wins_too(self) -> None:
        assert mapping("a: 1\na: ~").get("a") is None

    def test_merge_keys_yield_to_what_is_written(self) -> None:
        found = mapping("base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nuse:\n  <<: [*b, *m]\n  y: 9").get("use")
        assert isinstance(found, Mapping)
        assert {name: value.value for name, value in found.entries.items() if isinstance(value, Known)} == {
            "y": 9,
            "x": 1,
            "z": 3,
        }

    def test_a_quoted_merge_key_is_a_key(self) -> None:
        assert "<<" in mapping("'<<': {a: 1}").entries

    def test_a_jinja_placeholder_is_unknown(self) -> None:
        assert isinstance(mapping("a: {{ timeout }}").get("a"), Unknown)

    def test_a_complex_key_leaves_the_mapping_open(self) -> None:
        found = mapping("? [a, b]\n: c\nd: 1")
        assert found.open
        assert isinstance(found.get("d"), Known)


class TestTags:
    def test_a_tag_is_the_function_that_it_is_short_for(self) -> None:
        found = mapping("a: !Sub x")
        assert found.get("a", "Fn::Sub") == Known("x", here(1, 4, 1, 10))
        assert found.get("a", "Sub") is None

    @pytest.mark.parametrize("name", ["Ref", "Condition"])
    def test_two_tags_are_no_functions(self, name: str) -> None:
        assert isinstance(mapping(f"a: !{name} x").get("a", name), Known)

    def test_a_tag_on_a_sequence_and_on_a_mapping(self) -> None:
        found = mapping("a: !Join [',', [x]]\nb: !Transform {Name: AWS::Include}")
        assert isinstance(found.get("a", "Fn::Join"), Sequence)
        assert isinstance(found.get("b", "Fn::Transform"), Mapping)

    def test_a_tag_without_a_value_has_an_empty_text(self) -> None:
        found = mapping("a: !GetAZs").get("a", "Fn::GetAZs")
        assert isinstance(found, Known)
        assert found.value == ""

    def test_the_value_begins_at_its_tag(self) -> None:
        found = mapping("a: !Ref b").get("a")
        assert found is not None
        assert found.span == here(1, 4, 1, 10)


class TestPlaces:
    def test_every_node_and_key_has_one(self) -> None:
        found = mapping("a:\n  b: [1, x]\n")
        assert found.key("a") == here(1, 1, 1, 2)
        assert found.get("a") is not None
        inner = found.get("a", "b")
        assert isinstance(inner, Sequence)
        assert inner.span == here(2, 6, 2, 12)
        assert inner.items[1].span == here(2, 10, 2, 11)

    def test_a_block_ends_with_its_last_value_not_with_the_comment_after_it(self) -> None:
        found = mapping("a:\n  b: 1\n\n# about c\nc: 2").get("a")
        assert found is not None
        assert found.span == here(2, 3, 2, 7)

    def test_a_literal_ends_with_its_last_line(self) -> None:
        found = mapping("a: |\n  one\n  two\n\n\nb: 1").get("a")
        assert found == Known("one\ntwo\n", here(1, 4, 3, 6))

    def test_columns_count_code_points(self) -> None:
        assert mapping("ä: 😀😀").get("ä") == Known("😀😀", here(1, 4, 1, 6))

    def test_line_breaks_of_windows(self) -> None:
        assert mapping("a: 1\r\nb: |\r\n  x\r\n  y\r\n").get("b") == Known("x\ny\n", here(2, 4, 4, 4))

    def test_characters_that_break_lines_in_yaml_only_do_not_count(self) -> None:
        assert mapping("a: 'x\u2028y'\nb: 1").get("b") == Known(1, here(2, 4, 2, 5))

    def test_an_alias_has_the_place_of_what_it_stands_for(self) -> None:
        found = mapping("a: &x [1]\nb:\n  - *x")
        inner = found.get("b")
        assert isinstance(inner, Sequence)
        assert inner.items[0].span == here(1, 4, 1, 10)
        assert inner.span.end_line == 3


class TestBounds:
    def test_nesting(self) -> None:
        for text in ("[" * 10_000, "{a: " * 10_000, "- " * 10_000, "? " * 10_000, '{"a":' * 10_000):
            with pytest.raises(UnreadableSource, match="nested more than 150 levels deep"):
                read(text)

    def test_nesting_of_json_that_is_not_yaml(self) -> None:
        with pytest.raises(UnreadableSource):
            read('{"e": "\\ud83d\\ude00", "a":' + "[" * 10_000, "a.json")

    def test_an_alias_bomb(self) -> None:
        lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
        with pytest.raises(UnreadableSource, match="aliases expand to more than 100,000 nodes"):
            read("\n".join(lines))

    def test_aliases_that_nest_what_is_nested(self) -> None:
        lines = ["a0: &a0 " + "[" * 60 + "]" * 60, *(f"a{n}: &a{n} {'[' * 60}*a{n - 1}{']' * 60}" for n in range(1, 5))]
        with pytest.raises(UnreadableSource, match="levels deep"):
            read("\n".join(lines))

    def test_an_alias_of_itself(self) -> None:
        with pytest.raises(UnreadableSource, match="alias a contains itself"):
            read("a: &a [*a]")

    def test_an_alias_without_anchor(self) -> None:
        with pytest.raises(UnreadableSource, match="undefined alias b"):
            read("a: *b")


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "place", "why"),
        [
            ("a: [1", (2, 1), "not valid YAML: did not find expected"),
            ("a: b: c", (1, 5), "not valid YAML: mapping values are not allowed"),
            ("a:\n\tb: 1", (2, 1), "not valid YAML: found character that cannot start any token"),
            ("{% for x in y %}\na: 1\n{% endfor %}", (1, 2), "not valid YAML: "),
        ],
    )
    def test_an_error_says_where_and_why(self, text: str, place: tuple[int, int], why: str) -> None:
        with pytest.raises(UnreadableSource) as raised:
            read(text)
        assert (raised.value.span.line, raised.value.span.column) == place
        assert raised.value.why.startswith(why)
        assert "\n" not in raised.value.why

    def test_characters_that_are_no_text(self) -> None:
        for text in ("a: \x00", "a: \ud800", "a: \x1b"):
            with pytest.raises(UnreadableSource, match="not valid YAML"):
                read(text)

    def test_an_empty_file_says_nothing(self) -> None:
        assert read("") is None
        assert read("# nothing\n") is None
        assert read("---\n...\n") is None

    def test_only_the_first_document_counts(self) -> None:
        assert list(mapping("a: 1\n---\nb: [").entries) == ["a"]


class TestJson:
    def test_json_is_yaml(self) -> None:
        assert mapping('{"a": {"b": [1, true, null, "x"]}}').get("a", "b") is not None

    def test_surrogate_pairs_are_not(self) -> None:
        found = mapping('{\n\t"a": "\\ud83d\\ude00",\n  "b": [1, -2.5, true, null, {}]}', "a.json")
        assert found.get("a") == Known("😀", Span("a.json", 2, 7, 2, 21))
        inner = found.get("b")
        assert isinstance(inner, Sequence)
        assert [item.span.column for item in inner] == [9, 12, 18, 30]
        assert inner.items[0] == Known(1, Span("a.json", 3, 9, 3, 10))

    def test_the_last_of_two_keys_wins_there_too(self) -> None:
        found = mapping('{"e": "\\ud83d\\ude00", "a": 1, "a": null}', "a.json")
        assert found.get("a") is None

    @pytest.mark.parametrize(
        "text", ['{"a": }', '{"a" 1}', '{"a": 1,}', "{a: 1", '{"a": "x', '{"a": [1 2]}', '{"a": 1} }', '{"a": tru}']
    )
    def test_an_error_is_one_of_json(self, text: str) -> None:
        text = text.replace("{", '{"e": "\\ud83d\\ude00", ', 1)
        with pytest.raises(UnreadableSource, match="not valid JSON: "):
            read(text, "a.json")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, '{"a": ' + text):
        try:
            read(given_text)
        except UnreadableSource as error:
            assert error.why == error.why.strip()  # noqa: PT017


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_reads_as_its_own_reader_does(value: object) -> None:
    import json

    from lambdalint.templates import json as reader

    text = json.dumps(value)
    assert _plain(reader.read(Source("a.json", text), 150)) == _without_null(value)


def _plain(value: Value | None) -> object:
    match value:
        case Known(value=inner):
            return inner
        case Mapping(entries):
            return {name: _plain(item) for name, item in entries.items()}
        case Sequence(items):
            return [_plain(item) for item in items]
        case _:
            return None


def _without_null(value: object) -> object:
    match value:
        case dict():
            return {name: _without_null(item) for name, item in value.items() if item is not None}
        case list():
            return [_without_null(item) for item in value if item is not None]
        case _:
            return value
