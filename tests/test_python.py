from __future__ import annotations

import warnings

import libcst
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdalint.code import ir
from lambdalint.code.python import parse
from lambdalint.code.python.features import Features
from lambdalint.code.python.offsets import offsets
from lambdalint.code.python.places import Places, counted
from lambdalint.code.python.statements import Statements
from lambdalint.records import fields
from lambdalint.source import Line, Source, Span, UnreadableSource


def read(text: str) -> ir.Module:
    return parse(Source("app.py", text))


def statement(text: str) -> ir.Statement:
    (only,) = read(text).body
    return only


def expression(text: str) -> ir.Expression:
    match statement(text):
        case ir.Do(value):
            return value
        case other:
            raise AssertionError(other)


class TestFeatures:
    @pytest.mark.parametrize(
        ("text", "runtime"),
        [
            ("if (n := 1): pass", "python3.8"),
            ("def f(a, /): pass", "python3.8"),
            ('f"{a=}"', "python3.8"),
            ("with (open(a) as b, open(c) as d): pass", "python3.9"),
            ("def f() -> list[int]: pass", "python3.9"),
            ("match a:\n  case 1: pass", "python3.10"),
            ("a: int | None = 1", "python3.10"),
            ("def f(a: Any | None): pass", "python3.10"),
            ("try: pass\nexcept* OSError: pass", "python3.11"),
            ("type A = int", "python3.12"),
            ("class A[T]: pass", "python3.12"),
            ("f'{a['b']}'", "python3.12"),
            ('f"{f"{a}"}"', "python3.12"),
            ("f\"{'\\n'.join(a)}\"", "python3.12"),
            ("try: pass\nexcept A, B: pass", "python3.14"),
            ('t"{a}"', "python3.14"),
        ],
    )
    def test_what_a_version_brought(self, text: str, runtime: str) -> None:
        assert [each.runtime for each in read(text).features] == [runtime]

    @pytest.mark.parametrize(
        "text",
        [
            "with (open(a)): pass",
            "with open(a) as b, open(c) as d: pass",
            "def f(a: Optional[int], b: 'int | None'): pass",
            "def f():\n  a: int | None = 1",
            "from __future__ import annotations\ndef f(a: int | None) -> list[int]: pass",
            "if new:\n  def f() -> list[int]: pass",
            "flags = re.I | None",
            "f'{a[\"b\"]}'",
            'f"""{a["b"]}"""',
            "f'{a}' 'b\\n'",
            "try: pass\nexcept (A, B): pass",
            "match = type = 1",
        ],
    )
    def test_what_was_there_before(self, text: str) -> None:
        assert read(text).features == ()


def shape(node: object) -> object:
    """A node as nested tuples without spans: its type's name, then the fields that Python's nodes have."""
    if isinstance(node, tuple):
        return tuple(shape(item) for item in node)
    if not hasattr(node, "__fields__") or isinstance(node, Span):
        return node
    left_out = {
        "span",
        "extent",
        "optional",
        "there",
        "new",
        "how",
        "breaks",
        *(["kind"] if isinstance(node, ir.Function) else []),
    }
    names = [each.name for each in fields(node) if each.name not in left_out]
    return (type(node).__name__, *(shape(getattr(node, name)) for name in names))


def place(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


A, B, C, X = (("Name", name) for name in "abcx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("True", ("Literal", True)),
        ("None", ("Literal", None)),
        ("...", ("Opaque", ())),
        ("1_000", ("Literal", 1000)),
        ("0x1F", ("Literal", 31)),
        ("1.5e3", ("Literal", 1500.0)),
        ("2j", ("Literal", 2j)),
        ("a.b", ("Attribute", A, "b")),
        ("a[b]", ("Item", A, B)),
        ("a['k']", ("Item", A, ("Literal", "k"))),
        ("a[b:c]", ("Item", A, ("Slice", (B, C, None)))),
        ("a[::b]", ("Item", A, ("Slice", (None, None, B)))),
        ("a[b, c]", ("Item", A, ("Sequence", "tuple", (B, C)))),
        ("a[b,]", ("Item", A, ("Sequence", "tuple", (B,)))),
        ("a[*b]", ("Item", A, ("Sequence", "tuple", (("Spread", B),)))),
        (
            "a(b, *b, k=c, **c)",
            (
                "Call",
                A,
                (
                    ("Argument", B, None, ""),
                    ("Argument", B, None, "*"),
                    ("Argument", C, "k", ""),
                    ("Argument", C, None, "**"),
                ),
            ),
        ),
        ("{a: b, **c}", ("Mapping", ((A, B), (None, C)))),
        ("{}", ("Mapping", ())),
        ("[a, *b]", ("Sequence", "list", (A, ("Spread", B)))),
        ("(a,)", ("Sequence", "tuple", (A,))),
        ("{a, b}", ("Sequence", "set", (A, B))),
        ("not a", ("Unary", "not", A)),
        ("-a", ("Unary", "-", A)),
        ("~a", ("Unary", "~", A)),
        ("a // b", ("Binary", "//", A, B)),
        ("a @ b", ("Binary", "@", A, B)),
        ("a and b or c", ("Boolean", "or", ("Boolean", "and", A, B), C)),
        ("a == b", ("Comparison", "==", A, B)),
        ("a not  in b", ("Comparison", "not in", A, B)),
        ("a is not b", ("Comparison", "is not", A, B)),
        ("a < b <= c", ("Boolean", "and", ("Comparison", "<", A, B), ("Comparison", "<=", B, C))),
        ("a if b else c", ("Conditional", B, A, C)),
        ("[a for a in b if c]", ("Comprehension", "list", A, (("Loop", A, B, (C,)),))),
        ("{a for a in b for b in c}", ("Comprehension", "set", A, (("Loop", A, B, ()), ("Loop", B, C, ())))),
        ("{a: b for c in x}", ("Comprehension", "dict", ("Sequence", "tuple", (A, B)), (("Loop", C, X, ()),))),
        ("(a async for a in b)", ("Comprehension", "generator", A, (("Loop", A, B, ()),))),
        (
            "a(b for b in c)",
            ("Call", A, (("Argument", ("Comprehension", "generator", B, (("Loop", B, C, ()),)), None, ""),)),
        ),
        ("(a := b)", ("Bind", A, B)),
        (
            "lambda a, *b, c=1: x",
            (
                "Lambda",
                (
                    "Function",
                    "<lambda>",
                    (
                        ("Parameter", "a", "positional", None, ()),
                        ("Parameter", "b", "*", None, ()),
                        ("Parameter", "c", "keyword", ("Literal", 1), ()),
                    ),
                    (("Return", X),),
                    (),
                    False,
                    False,
                ),
            ),
        ),
    ],
)
def test_expressions_have_their_shape(text: str, expected: object) -> None:
    assert shape(expression(text)) == expected


@pytest.mark.parametrize(
    ("annotation", "names"),
    [
        ("int", ("int",)),
        ("uuid.UUID", ("UUID",)),
        ("str | None", ("str", "None")),
        ("typing.Annotated[list[int], Query()]", ("Annotated", "list", "int")),
        ('"Order"', ("Order",)),
        ("lambda: 1", ()),
    ],
)
def test_of_the_annotation_of_a_parameter_its_names_are_kept(annotation: str, names: tuple[str, ...]) -> None:
    [function] = parse(Source("a.py", f"def f(a: {annotation}):\n    pass\n")).body
    assert isinstance(function, ir.Function)
    assert function.parameters[0].types == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"'a\n\x41\u00e9\N{BULLET}\101\q'", "a\nA\u00e9\u2022A\\q"),
        (r"r'\n'", "\\n"),
        (r"b'\x00\377a'", b"\x00\xffa"),
        (r"Rb'\x'", b"\\x"),
        ("u''", ""),
        ("''''''", ""),
        ('""" "" """', ' "" '),
        ('"""a\r\nb"""', "a\nb"),
        ("'a\\\nb'", "ab"),
        ("'a' 'b' \"c\"", "abc"),
        ("b'a' b'b'", b"ab"),
        ("f'{{a}}'", "{a}"),
        (r"'\ud800'", "\ufffd"),
        (r"'\N{NO SUCH NAME}'", r"\N{NO SUCH NAME}"),
    ],
)
def test_strings_have_their_value(text: str, expected: str | bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shape(expression(text)) == ("Literal", expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f'x{a}y{b!s}'", ("Text", (("Literal", "x"), A, ("Literal", "y"), B))),
        ("'x' f'y{a}' 'z' 'w'", ("Text", (("Literal", "xy"), A, ("Literal", "zw")))),
        ("f'{a!r}'", ("Text", (("Opaque", (A,)),))),
        ("f'{a:>{b}}'", ("Text", (("Opaque", (A, ("Literal", ">"), B)),))),
        ("f'{a=}'", ("Text", (("Opaque", (A,)),))),
        ("f'{a[\"k\"]}'", ("Text", (("Item", A, ("Literal", "k")),))),
        ("f'{f'{a}'}'", ("Text", (("Text", (A,)),))),
        ("t'x{a}{b:c}'", ("Opaque", (A, B))),
    ],
)
def test_texts_keep_their_holes(text: str, expected: object) -> None:
    assert shape(expression(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b = c", ("Assign", (A, B), C)),
        ("a, *b = c", ("Assign", (("Sequence", "tuple", (A, ("Spread", B))),), C)),
        ("a: b = c", ("Assign", (A,), C)),
        ("a: b", ("Opaque", (B,))),
        ("a += b", ("Update", "+", A, B)),
        ("a //= b", ("Update", "//", A, B)),
        ("type a = b", ("Assign", (A,), ("Opaque", ()))),
        ("type a[T: int = str] = b", ("Assign", (A,), ("Opaque", ()))),
        ("import a.b", ("Import", "a.b", None, "a", 0)),
        ("import a.b as c", ("Import", "a.b", None, "c", 0)),
        ("from a.b import c", ("Import", "a.b", "c", "c", 0)),
        ("from ..a import b as c", ("Import", "a", "b", "c", 2)),
        ("from . import a", ("Import", "", "a", "a", 1)),
        ("from a import *", ("Import", "a", "*", "", 0)),
        ("if a: b\nelif c: x", ("If", A, (("Do", B),), (("If", C, (("Do", X),), ()),))),
        ("if a: b\nelse: x", ("If", A, (("Do", B),), (("Do", X),))),
        ("for a in b: c\nelse: x", ("For", A, B, (("Do", C),), (("Do", X),))),
        ("while a:\n  break\n  continue", ("While", A, (("Jump", "break"), ("Jump", "continue")), ())),
        ("with a as b, c: x", ("With", ((A, B), (C, None)), (("Do", X),))),
        ("with (a as b, c): x", ("With", ((A, B), (C, None)), (("Do", X),))),
        ("raise", ("Raise", None)),
        ("raise a from b", ("Raise", A)),
        ("del a, b", ("Delete", (A, B))),
        ("del (a)", ("Delete", (A,))),
        ("global a, b", ("Scope", "global", ("a", "b"))),
        (
            "assert a, b",
            ("If", A, (), (("Raise", ("Call", ("Name", "AssertionError"), (("Argument", B, None, ""),))),)),
        ),
        ("pass", ("Opaque", ())),
        (
            "try: a\nexcept b as c: x\nexcept: a\nelse: b\nfinally: c",
            (
                "Try",
                (("Do", A),),
                (("Clause", B, "c", (("Do", X),)), ("Clause", None, None, (("Do", A),))),
                (("Do", B),),
                (("Do", C),),
            ),
        ),
        ("try: a\nexcept* b: c", ("Try", (("Do", A),), (("Clause", B, None, (("Do", C),)),), (), ())),
        (
            "try: a\nexcept b, C: x",
            ("Try", (("Do", A),), (("Clause", ("Sequence", "tuple", (B, ("Name", "C"))), None, (("Do", X),)),), (), ()),
        ),
        # As Python 2 names what is caught.
        ("try: a\nexcept b, c: x", ("Try", (("Do", A),), (("Clause", B, "c", (("Do", X),)),), (), ())),
        ("class K(a, *b, metaclass=c): x", ("Class", "K", (A, ("Spread", B)), (("Do", X),), (), ())),
        (
            "class K:\n  a: b\n  x: c = a",
            ("Class", "K", (), (("Opaque", (B,)), ("Assign", (X,), A)), (), (("a", B), ("x", C))),
        ),
    ],
)
def test_statements_have_their_shape(text: str, expected: object) -> None:
    assert shape(statement(text)) == expected


def test_semicolons_and_several_imports_give_several_statements() -> None:
    assert [shape(each) for each in read("a; b\nimport a, b as c\n").body] == [
        ("Do", A),
        ("Do", B),
        ("Import", "a", None, "a", 0),
        ("Import", "b", None, "c", 0),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected", "bound"),
    [
        ("1", ("Literal", 1), []),
        ("None", ("Literal", None), []),
        ("a.b", ("Attribute", A, "b"), []),
        ("_", ("Opaque", ()), []),
        ("x", ("Opaque", ()), ["x"]),
        ("1 | 2", ("Boolean", "or", ("Literal", 1), ("Literal", 2)), []),
        ("1 as x", ("Literal", 1), ["x"]),
        ("[1, *x]", ("Sequence", "list", (("Literal", 1), ("Spread", ("Opaque", ())))), ["x"]),
        ("1, y", ("Sequence", "list", (("Literal", 1), ("Opaque", ()))), ["y"]),
        ("{'k': x, **y}", ("Mapping", ((("Literal", "k"), ("Opaque", ())), (None, ("Opaque", ())))), ["x", "y"]),
        (
            "a(1, k=x)",
            ("Call", A, (("Argument", ("Literal", 1), None, ""), ("Argument", ("Opaque", ()), "k", ""))),
            ["x"],
        ),
    ],
)
def test_patterns_compare_and_bind(pattern: str, expected: object, bound: list[str]) -> None:
    match statement(f"match a:\n  case {pattern} if b: c"):
        case ir.Match(subject, (case,)):
            assert shape(subject) == A
            assert shape(case.pattern) == expected
            assert [name.id for name in case.bindings] == bound
            assert shape(case.guard) == B
            assert shape(case.body) == (("Do", C),)
        case other:
            raise AssertionError(other)


def function(text: str) -> ir.Function:
    found = statement(text)
    assert isinstance(found, ir.Function)
    return found


def test_a_function_has_parameters_of_every_kind() -> None:
    found = function("async def f(a, /, b: int = 1, *, c, **d) -> int: return a")
    assert [(each.name, each.kind) for each in found.parameters] == [
        ("a", "positional"),
        ("b", "positional"),
        ("c", "keyword"),
        ("d", "**"),
    ]
    assert found.is_async
    assert not found.is_generator


def test_a_decorated_function_is_named_at_its_name_and_extends_over_its_decorators() -> None:
    found = function("# note\n@a\n@b(1)\ndef f(x):\n    return x\n")
    assert shape(found.decorators) == (A, ("Call", B, (("Argument", ("Literal", 1), None, ""),)))
    assert place(found.span) == (4, 5, 4, 6)
    assert place(found.extent) == (2, 1, 5, 13)


@pytest.mark.parametrize(
    ("body", "generates"),
    [
        ("yield", True),
        ("x = yield from a", True),
        ("if a: (yield b)", True),
        ("return a", False),
        ("def g(): yield a", False),
        ("return lambda: (yield)", False),
    ],
)
def test_a_generator_has_a_yield_of_its_own(body: str, generates: bool) -> None:
    assert function(f"def f():\n  {body}\n").is_generator is generates


def test_generic_functions_and_classes_are_read() -> None:
    assert function("def f[T: int](x: T) -> T: return x").name == "f"
    assert shape(statement("class K[T]: pass")) == ("Class", "K", (), (("Opaque", ()),), (), ())


def test_spans_count_lines_and_columns_from_one_and_end_exclusively() -> None:
    module = read("x = 1\nif x:\n\tcall(é, ñ . b)\n")
    match module.body[1]:
        case ir.If(then=(ir.Do(ir.Call(name, (first, second)) as call),)):
            assert place(call.span) == (3, 2, 3, 16)
            assert place(name.span) == (3, 2, 3, 6)
            assert place(first.value.span) == (3, 7, 3, 8)
            assert place(second.value.span) == (3, 10, 3, 15)
        case other:
            raise AssertionError(other)


def test_an_import_is_named_at_its_alias() -> None:
    first, second = read("from a import (b , c as  x)").body
    assert place(first.span) == (1, 16, 1, 17)
    assert place(second.span) == (1, 20, 1, 27)
    first, second = read("import a , b.c as x").body
    assert place(first.span) == (1, 8, 1, 9)
    assert place(second.span) == (1, 12, 1, 20)


def test_a_clause_is_named_at_its_head() -> None:
    match statement("try: a\nexcept b as c: x\nexcept b:\n  x\nexcept: a\n"):
        case ir.Try(clauses=(bound, typed, bare)):
            assert place(bound.span) == (2, 1, 2, 14)
            assert place(typed.span) == (3, 1, 3, 9)
            assert place(bare.span) == (5, 1, 5, 7)
        case other:
            raise AssertionError(other)


def test_each_comparison_of_a_chain_has_its_own_span() -> None:
    match expression("a < (b) < c"):
        case ir.Boolean("and", first, second) as whole:
            assert place(first.span) == (1, 1, 1, 7)
            assert place(second.span) == (1, 6, 1, 12)
            assert place(whole.span) == (1, 1, 1, 12)
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(
    "text", ["", "\n", "# only a comment", "\ufeff", "\x0c\n", "'''doc'''", "#!/bin/sh\n# -*- coding: latin-1 -*-\n"]
)
def test_little_text_is_a_module(text: str) -> None:
    assert len(read(text).body) <= 1


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb\r\n", "a\n\x0cb\n", "\ufeffa\nb\n", "a\rb\r"])
def test_lines_end_as_in_the_source(text: str) -> None:
    second = read(text).body[1]
    assert second.span.line == 2
    assert second.span.end_column - second.span.column == 1


def test_inline_code_has_the_spans_of_its_template() -> None:
    source = Source("template.yaml", "def f():\n  return a\n", (Line(10, 9), Line(11, 9), Line(12, 9)))
    (found,) = parse(source).body
    assert place(found.span) == (10, 13, 10, 14)


def test_names_are_the_definitions_at_the_top_whatever_their_condition() -> None:
    module = read(
        "def f(): pass\n"
        "if a:\n  def g(x): pass\nelse:\n  def g(y): pass\n"
        "try:\n  class K: pass\nexcept E:\n  def h():\n    def inner(): pass\n"
        "def f(b): pass\n"
    )
    assert set(module.names) == {"f", "g", "K", "h"}
    last, first = module.names["f"], module.names["g"]
    assert isinstance(last, ir.Function)
    assert len(last.parameters) == 1
    assert isinstance(first, ir.Function)
    assert first.parameters[0].name == "x"


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ('x = 1\nprint "hello", x\n', (2, 7), "not valid Python 3: print statement"),
        ("print x\n", (1, 7), "not valid Python 3: print statement"),
        ('exec "a"\n', (1, 6), "not valid Python 3: exec statement"),
        ('raise E, "m"\n', (1, 10), "not valid Python 3: raise with a comma"),
        ("x = 0777\n", (1, 5), "not valid Python 3: octal number without 0o"),
        ("x = 10L\n", (1, 5), "not valid Python 3: long number"),
        ("x = `a`\n", (1, 5), "not valid Python 3: backticks"),
        ("def f(a, (b, c)): pass\n", (1, 10), "not valid Python 3: tuple parameter"),
        ("def f():\n\tx\n        y\n", (3, 9), "not valid Python 3: inconsistent mixing of tabs and spaces"),
        ("a b\n", (1, 3), "not valid Python: unexpected 'b'"),
        ("a = (\n", (1, 6), "not valid Python: unexpected end of line"),
        ("if a:\nb\n", (2, 1), "not valid Python: expected an indented block"),
        ("a\n  b\n", (2, 3), "not valid Python: unexpected indentation"),
        ("a\n\nb = 5 ? 3\n", (3, 7), "not valid Python: '?' is not a valid character in this position"),
        ("a\nb\x00c\n", (2, 2), "not valid Python: '\\0' is not a valid character in this position"),
        ("a\nb = 'c\n", (2, 1), "not valid Python: unterminated string literal"),
        ('a\nb = """c\n\n', (2, 1), "not valid Python: unterminated triple-quoted string literal"),
    ],
)
def test_what_is_not_python_3_is_unreadable(text: str, where: tuple[int, int], why: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read(text)
    assert caught.value.why == why
    assert (caught.value.span.line, caught.value.span.column) == where


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "[" * 5_000 + "]" * 5_000,
        "{1:" * 5_000,
        "not " * 20_000 + "a",
        "-" * 20_000 + "1",
        " or ".join("a" * 20_000),
        "a" + ".b" * 20_000,
        "a" + "()" * 20_000,
        "lambda:" * 20_000 + "1",
        "if a: b\n" + "elif a: b\n" * 20_000,
        "f'" + "{(" * 3_000 + "'",
        "+".join("a" * 900),
        "if a: b\n" + "elif a: b\n" * 900,
    ],
    ids=range(13),
)
def test_deep_nesting_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableSource, match="nested too deeply"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = [" + "-1.5, " * 5_000 + "]",
        "a = '" + "([{" * 5_000 + "'",
        "a = f'" + "{b}" * 1_500 + "'",
        "a = (" + "'x'\n" * 200 + ")",
        "a = b.c + d.e\n" * 2_000,
    ],
    ids=range(5),
)
def test_long_is_not_deep(text: str) -> None:
    assert read(text).body


@given(st.text())
@example("\U00031350")
@example("\x1f\n\U0002d350")
def test_any_text_is_read_or_unreadable(text: str) -> None:
    read_or_refuse(text)


FRAGMENTS = st.sampled_from(
    [
        *[
            "a",
            "b",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ":",
            ",",
            "=",
            ".",
            "*",
            "'",
            '"',
            "f'",
            "b'",
            "\\",
            "#",
            "@",
            ":=",
            ";",
        ],
        *["1", "0x", "1e", "1_", "0777", "class", "try:", "except", "async", "await", "->", "print", "def", "lambda"],
        *["yield", "match", "case", "if", "else", "for", "in", "with", "as", "del", "import", "from"],
        *[" ", "\n", "  ", "\t", "\r", "\x0c", "\u2028", "\x85", "\ufeff", "é", "\0", " a ", "\n    "],
    ]
)


@given(st.lists(FRAGMENTS).map("".join) | st.lists(FRAGMENTS).map(" ".join))
def test_any_tokens_are_read_or_unreadable(text: str) -> None:
    read_or_refuse(text)


def read_or_refuse(text: str) -> None:
    try:
        module = read(text)
    except UnreadableSource as error:
        assert "\n" not in error.why  # noqa: PT017
    else:
        for each in module.body:
            list(ir.walk(each))
        same_places(text.removeprefix("\ufeff"))


class Counted(Places):
    """The places of nodes, each compared with what libcst says of it.

    libcst takes the blanks behind a colon for a part of what is cut out.
    """

    def __init__(self, module: libcst.Module, source: Source, text: str) -> None:
        super().__init__(module, source, text)
        self.counted = counted(module)

    def is_as_counted(self, node: libcst.CSTNode) -> None:
        (start, end), counted = self._offsets[node], self.counted[node]
        assert (start, end) == counted or (isinstance(node, libcst.Slice) and start == counted[0])

    def span(self, node: libcst.CSTNode) -> Span:
        self.is_as_counted(node)
        return super().span(node)

    def between(self, first: libcst.CSTNode, last: libcst.CSTNode) -> Span:
        self.is_as_counted(first)
        self.is_as_counted(last)
        return super().between(first, last)

    def head(self, node: libcst.CSTNode, length: int, last: libcst.CSTNode | None) -> Span:
        self.span(node)
        return super().head(node, length, last)


def same_places(text: str) -> None:
    module = libcst.parse_module(text)
    if module.code != text:  # libcst loses what a file that begins with a backslash begins with
        return
    places = Counted(module, Source("app.py", text), text)
    Statements(places, Features(places, module)).block(module.body)


WRITTEN_ODDLY = '''\
#!/usr/bin/env python
"""Text.""";  import os, sys as s  ; from . import (a, b as c,)   # said
from .. a.b import *

@wraps( x ) # why

# between
async  def  f ( a, /, b : int = 1 , * args, c : "T" = (2), ** options, ) -> list [ int ] :
    """Text."""
    global g, h ; nonlocal_ = ( ( yield ) ) ; x : int ; y : int = ( 3 )
    async with  a as b , c : pass
    with ( open ( a ) as b , open ( c ) as ( d ) , ) : return  ( 1 )
    async  for i , j in ( k ) : await  z ; continue
    else : break
    raise  E ( ) from  None
    raise
    del ( a ) , b [ 0 ] ; assert ( a ) , "no" ;
    try :
        a . b = c = d [ 1 : 2 , :: 3 , ... ] = [ * e , f ]
    except  ( A , B ) as error :
        a += ( not b ) ; a //= - 1 ; a <<= ~ 2j
    except : \\
        pass
    else : pass
    finally :
        pass
  # less
    if ( a ) : b
    elif c not  in d is  not e != f : g
    else :
        h if i else j ; lambda : 0 ; lambda * , k = 1 : k
    while ( n := 1.5 ) and ( m ) : pass
    else : pass

class  C ( D , metaclass = E , ** k ) : a = { ** b , "c" : d } , { e , } , { f : g for f , g in h if i if j for k in l }
class D :
\tdef m ( self ) : return ( x async  for x in y ) , [ z for z in ( z ) ] , { * ( ) }
f ( * a , k = v , ** o ) ( x for x in y ) ; ( ( f"a{ b !r:>{ w }} {{ { c = } }}" "d"  rf'{e:%Y;#}' ) )
a = b ; \\
c
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_are_those_of_libcst(newline: str) -> None:
    text = WRITTEN_ODDLY.replace("\n", newline)
    assert offsets(libcst.parse_module(text), text)
    same_places(text)


def test_places_of_what_is_rare_are_those_of_libcst() -> None:
    same_places("match ( a ) :\n  case [ 1 , * b ] | { 'c' : d } if e : f ( g )\n")
