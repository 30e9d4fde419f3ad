"""HCL: syntax with its places, and what expressions stand for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdalint.source import Source, Span, Texts
from lambdalint.templates.hcl.parse import parse
from lambdalint.templates.terraform.files import Files
from lambdalint.templates.terraform.module import Local
from lambdalint.templates.terraform.tree import Tree
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Text, Unknown, Value


def module(text: str, **files: str) -> Local:
    texts = {"main.tf": text, **{name.replace("__", "."): content for name, content in files.items()}}
    tree = Tree(Files(Texts(texts)), "", {})
    return Local(tree, tree.files.declarations(""))


def value(expression: str, more: str = "", **files: str) -> Value | None:
    """What an expression stands for in a root module."""
    return module(f"locals {{\nx = {expression}\n}}\n{more}", **files).local("x", Span.top("main.tf"))


def plain(value: Value | None) -> Any:
    """A value without its places."""
    match value:
        case Known(given):
            return given
        case Sequence(items):
            return [plain(item) for item in items] + (["…"] if value.open else [])
        case Mapping(entries):
            return {key: plain(item) for key, item in entries.items()} | ({"…": "…"} if value.open else {})
        case Reference(resource, attribute):
            return f"<{resource}.{attribute}>"
        case Text(parts):
            return "".join(str(plain(part)) for part in parts)
        case Unknown():
            return "?"
        case Code(source):
            return source.text
        case None:
            return None


def says(expression: str, more: str = "", **files: str) -> Any:
    return plain(value(expression, more, **files))


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("-1", -1),
        ("true", True),
        ("null", None),
        ('"a\\n\\"b\\" $${c} %%{d} \\u00e9"', 'a\n"b" ${c} %{d} é'),
        ('"  a ${1}  ${2} b "', "  a 1  2 b "),
        ('"${1}"', "1"),
        ('"${[1]}"', [1]),
        ('"${true}"', "true"),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 / 4", 2.5),
        ("7 % 4", 3),
        ("1 / 0", "?"),
        ("1 < 2 && 2 <= 2", True),
        ("!(1 == 2)", True),
        ('"a" != "b"', True),
        ("null == null", True),
        ('"a" == null', False),
        ("true ? 1 : 2", 1),
        ("false ? 1 : null", None),
        ("[1, 2][1]", 2),
        ("{ a = 1, \"b\" = 2, (join(\"\", [\"c\"])) = 3 }", {"a": 1, "b": 2, "c": 3}),
        ("{ a = { b = [1, 2] } }.a.b[0]", 1),
        ("{ a = null }", {}),
        ("[for i, v in [\"a\", \"b\"] : \"${i}${v}\"]", ["0a", "1b"]),
        ("[for k, v in { a = 1, b = 2 } : k if v > 1]", ["b"]),
        ("{ for v in [\"a\", \"b\"] : v => upper(v) }", {"a": "A", "b": "B"}),
        ("{ for v in [\"a\", \"b\", \"a\"] : v => 1... }", {"a": [1, 1], "b": [1]}),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ("[{ a = 1 }, { a = 2 }].*.a", [1, 2]),
        ("[{ a = 1 }, { a = 2 }].*.a[1]", 2),
        ('"%{ if true }a%{ else }b%{ endif }"', "a"),
        ('"%{ for v in [1, 2] ~} ${v}, %{ endfor }"', "1, 2, "),
    ],
)  # fmt: skip
def test_an_expression_stands_for_its_value(expression: str, found: Any) -> None:
    assert says(expression) == found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('join("-", ["a", "b"])', "a-b"),
        ('format("%s-%03d%%", "a", 7)', "a-007%"),
        ('replace("a-b", "-", "_")', "a_b"),
        ('replace("a1b22", "/[0-9]+/", "")', "ab"),
        ('split(",", "a,b")', ["a", "b"]),
        ("merge({ a = 1, b = 1 }, { b = 2 }, null)", {"a": 1, "b": 2}),
        ('lookup({ a = 1 }, "b", 3)', 3),
        ('lookup({ a = 1 }, "a", 3)', 1),
        ("try({ a = 1 }.b, null, 2)", None),
        ("try({ a = 1 }.b, 2)", 2),
        ("can({ a = 1 }.b)", False),
        ('coalesce(null, "", "a")', "a"),
        ("concat([1], [2, 3])", [1, 2, 3]),
        ('toset(["a", "b", "a"])', ["a", "b"]),
        ("flatten([[1], [[2], 3]])", [1, 2, 3]),
        ('compact(["a", "", null])', ["a"]),
        ("distinct([1, 1, 2])", [1, 2]),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ("length([1, 2])", 2),
        ('length("abc")', 3),
        ("element([1, 2], 3)", 2),
        ("one([])", None),
        ("one([5])", 5),
        ('contains(["a"], "a")', True),
        ("max(1, 3, 2)", 3),
        ("min([2, 1]...)", 1),
        ("range(3)", [0, 1, 2]),
        ('basename("a/b.py")', "b.py"),
        ('dirname("a/b.py")', "a"),
        ('dirname("b.py")', "."),
        ('lower("AB")', "ab"),
        ('trimsuffix("a.py", ".py")', "a"),
        ('trimprefix("a.py", "a.")', "py"),
        ('startswith("abc", "a")', True),
        ("tostring(5)", "5"),
        ('tonumber("5")', 5),
        ('abspath("a")', "a"),
        ("jsonencode({ a = [1] })", {"a": [1]}),
        ('jsondecode("{\\"a\\": [1, null]}")', {"a": [1]}),
        ('setproduct(["a"], ["b"])', "?"),
        ("timestamp()", "?"),
        ('yamldecode("a: 1")', {"a": 1}),
        ('file("missing.txt")', "?"),
    ],
)
def test_a_function_gives_its_result(call: str, found: Any) -> None:
    assert says(call) == found


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("var.x", "?"),
        ("terraform.workspace", "?"),
        ("data.aws_region.current.name", "?"),
        ("local.missing", "?"),
        ('var.x == "a"', "?"),
        ("var.x != null", "?"),
        ("!var.x", "?"),
        ("var.x && false", False),
        ("true || var.x", True),
        ("var.x ? 1 : 2", "?"),
        ("var.x ? 1 : 1", 1),
        ("var.x ? 1 : null", "?"),
        ("var.x[0].y", "?"),
        ("{ a = 1 }[var.x]", 1),
        ("{ a = 1, b = 2 }[var.x]", "?"),
        ("{ (var.x) = 1, b = 2 }", {"b": 2, "…": "…"}),
        ("[1, 2][5]", "?"),
        ("{ a = 1 }.b", "?"),
        ("[for v in var.x : v]", "?"),
        ("[for v in [1, 2] : v if var.x]", [1, 2, "…"]),
        ("concat([1], var.x)", [1, "…"]),
        ("merge({ a = 1 }, var.x)", {"a": 1, "…": "…"}),
        ("try(var.x, 1)", "?"),
        ('coalesce(var.x, "a")', "?"),
        ("length(var.x)", "?"),
        ('length(concat(["a"], var.x))', "?"),
        ('contains(concat(["a"], var.x), "b")', "?"),
        ('contains(concat(["a"], var.x), "a")', True),
        ('"a${var.x}b"', "a?b"),
        ('"%{ if var.x }a%{ endif }"', "?"),
        ('join("-", ["a", var.x])', "a-?"),
        ('format("%s/%s", "a", var.x)', "a/?"),
        ("lower(var.x)", "?"),
        ("one(var.x)", "?"),
    ],
)
def test_what_only_a_deployment_knows_is_unknown(expression: str, found: Any) -> None:
    assert says(expression, 'variable "x" {}') == found


def test_a_default_says_that_it_is_one() -> None:
    found = value("var.x", 'variable "x" {\n  default = 30\n}')
    place, written = Span("main.tf", 2, 5, 2, 10), Span("main.tf", 5, 13, 5, 15)
    assert found == Known(30, place, "by default of variable x", written=written)


def test_what_follows_from_a_default_says_so_too() -> None:
    found = value("var.x + 1", 'variable "x" {\n  default = 30\n}')
    assert isinstance(found, Known)
    assert (found.value, found.origin) == (31, "by default of variable x")


@pytest.mark.parametrize("default", ["null", "{}", "[]"])
def test_what_is_absent_by_default_may_well_be_there(default: str) -> None:
    found = says("var.x", f'variable "x" {{\n  default = {default}\n}}')
    assert found in ("?", {"…": "…"}, ["…"])


def test_an_arm_that_is_absent_by_default_is_unknown() -> None:
    more = 'variable "x" {\n  default = false\n}'
    assert says("var.x ? 1 : null", more) == "?"
    assert says("var.x ? [1] : []", more) == "?"
    assert says("var.x ? 1 : 2", more) == 2


def test_a_sensitive_default_is_unknown() -> None:
    assert says("var.x", 'variable "x" {\n  default = "a"\n  sensitive = true\n}') == "?"


def test_types_complete_objects() -> None:
    more = """
        variable "x" {
          type    = map(object({ name = string, timeout = optional(number, 30), note = optional(string) }))
          default = { a = { name = "n" } }
        }
    """
    assert says("var.x", more) == {"a": {"name": "n", "timeout": 30}}


def test_tfvars_give_values() -> None:
    files = {"terraform__tfvars": "x = 1\ny = 1", "more__auto__tfvars": "y = 2"}
    assert says("[var.x, var.y]", 'variable "x" {}\nvariable "y" {}', **files) == [1, 2]


def test_a_heredoc_loses_its_indentation_and_keeps_its_blanks() -> None:
    assert says("<<-EOT\n    a  ${1} b\n\n      c\n    EOT") == "a  1 b\n\n  c\n"
    assert says("<<EOT\n  a\n  EOT") == "  a\n"


def test_a_value_stands_where_it_is_written() -> None:
    found = value('{\n  "é" = 1, b = ["two"]\n}')
    assert isinstance(found, Mapping)
    assert found.key("b") == Span("main.tf", 3, 12, 3, 13)
    match found.get("b"):
        case Sequence((item,)):
            assert item.span == Span("main.tf", 3, 17, 3, 22)
        case other:
            pytest.fail(str(other))


def test_json_in_a_heredoc_has_the_places_of_its_lines() -> None:
    found = value(
        'jsondecode(<<-EOT\n    {\n      "a": "b-${var.x}-c", "d": "e",\n      "f": ${var.x}\n    }\n    EOT\n)'
    )
    assert plain(found) == {"a": "b-?-c", "d": "e", "f": "?"}
    assert isinstance(found, Mapping)
    assert (found.key("a").line, found.key("a").column) == (4, 7)
    entry = found.get("d")
    assert entry is not None
    assert (entry.span.line, entry.span.column) == (4, 33)
    unknown = found.get("f")
    assert unknown is not None
    assert unknown.span.line == 5


def test_json_in_a_file_has_the_places_of_the_file() -> None:
    found = value('jsondecode(file("a.json"))', a__json='{\n  "b": 1\n}')
    assert isinstance(found, Mapping)
    assert found.key("b") == Span("a.json", 2, 3, 2, 6)


def test_what_is_no_json_is_unknown() -> None:
    assert says('jsondecode("{")') == "?"


def test_a_template_file_is_filled_in() -> None:
    template = "${name}\n%{ for each in list ~}\n- ${each}\n%{ endfor ~}\n${missing}"
    found = says('templatefile("${path.module}/t.tpl", { name = "n", list = [1, 2] })', t__tpl=template)
    assert found == "n\n- 1\n- 2\n?"


def test_what_another_tool_fills_in_is_no_mistake() -> None:
    text = """
        variable "x" { default = $$region$$ }
        resource "aws_lambda_function" "orders-$$STAGE$$" { function_name = "orders-$$STAGE$$" }
        output "arn" { value = "${aws_lambda_function.orders-$$STAGE$$.arn}/@@kind@@" }
    """
    file = parse(Source("main.tf", text))
    assert file.wrong is None
    assert file.blocks[1].labels == ("aws_lambda_function", "orders-__STAGE__")
    assert says('"orders-$$STAGE$$"', more="locals { region = @@region@@ }") == "orders-?"


def test_a_local_that_leads_to_itself_is_unknown() -> None:
    assert says("local.y", "locals {\n  y = [local.z]\n  z = local.y\n}") == ["?"]


def test_values_that_double_again_and_again_are_bounded() -> None:
    lines = [f"v{n} = [local.v{n - 1}, local.v{n - 1}]" for n in range(1, 30)]
    assert value("local.v29", "locals {\n  v0 = [1, 1]\n" + "\n".join(lines) + "\n}") is not None
    texts = [f'v{n} = "${{local.v{n - 1}}}${{local.v{n - 1}}}"' for n in range(1, 38)]
    assert says("local.v37", 'locals {\n  v0 = "ab"\n' + "\n".join(texts) + "\n}").count("?") <= 1000


def test_loops_are_bounded() -> None:
    assert says("[for a in range(9000) : [for b in range(9000) : b]]") is not None


def test_a_broken_file_is_read_as_far_as_it_can_be() -> None:
    source = Source("main.tf", 'a "b" {\n  c = 1\n}\n}\nresource "d" "e" {\n  f = 2\n}\n')
    file = parse(source)
    assert file.wrong == (Span("main.tf", 4, 1, 4, 1), "not valid HCL: near }")
    assert [block.labels for block in file.blocks] == [("d", "e")]
    assert file.blocks[0].span == Span("main.tf", 5, 1, 5, 17)
    assert file.blocks[0].attributes["f"].span == Span("main.tf", 6, 3, 6, 4)


def test_an_attribute_that_is_broken_is_unknown_and_the_others_are_read() -> None:
    assert says("1", "locals {\n  y = [1,,2]\n}") == 1
    assert says("local.y", "locals {\n  y = [1,,2]\n  z = 1\n}") == "?"
    assert says("local.z", "locals {\n  y = [1,,2]\n  z = 1\n}") == 1


def test_names_in_quotes_and_blocks_with_an_equals_sign_are_read_as_terraform_did_before_it_refused_them() -> None:
    text = 'data "d" "n" {\n  "statement" = {\n    "sid" = "a"\n  }\n  statement = {\n    sid = "b"\n  }\n}\n'
    text = text.replace("statement = {", '"statement" = {').replace("sid =", '"sid" =')
    read = parse(Source("main.tf", text))
    assert read.wrong is None
    (data,) = read.blocks
    assert [(each.kind, sorted(each.attributes), each.span.line) for each in data.blocks] == [
        ("statement", ["sid"], 2),
        ("statement", ["sid"], 5),
    ]
    objects = parse(Source("main.tf", 'locals {\n  a = {\n    "b" = {\n      "c" = 1\n    }\n  }\n  "d" = 2\n}\n'))
    assert objects.wrong is None
    assert sorted(objects.blocks[0].attributes) == ["a", "d"]


def test_a_block_of_which_something_cannot_be_read_says_so() -> None:
    read = parse(Source("main.tf", 'data "d" "n" {\n  a = 1\n  b = = 2\n}\n\ndata "d" "m" {\n  a = 1\n}\n'))
    assert [(each.labels[1], each.broken) for each in read.blocks] == [("n", True), ("m", False)]


def test_commas_after_attributes_are_read_as_terraform_did_before_it_refused_them() -> None:
    text = """
resource "aws_iam_role" "worker" {
  name = "worker",  # as lists have them
  max_session_duration = 3600,
  assume_role_policy = <<POLICY
{"Version": "2012-10-17", "Statement": []}
POLICY

  inline {
    names = ["a", "b"],
    depth = 1
  },
}
"""
    found = parse(Source("main.tf", text))
    assert found.wrong is None
    (block,) = found.blocks
    assert [*block.attributes] == ["name", "max_session_duration", "assume_role_policy"]
    assert [*block.blocks[0].attributes] == ["names", "depth"]
    broken = parse(Source("main.tf", "a = = 2,\n"))
    assert broken.wrong is not None


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    assert parse(Source("main.tf", "\ufeffa = 1")).attributes["a"].name == "a"


HCL = st.lists(
    st.sampled_from(
        [*'{}[]()"=.,*?:!-+%$~\n\\ ', "a", "é", "1", "${", "%{", "<<E\n", "\nE\n", "for", "in", "if", "=>", "...", "var.x",
         "endif", "endfor", "else", "locals", 'resource "aws_lambda_function" "f" ', "x = ", "[*]", "null", "try("]
    ),
    max_size=40,
)  # fmt: skip


@given(HCL)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_the_reader_raise(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = value(text)
    assert found is None or found.span is not None
    file = parse(Source("main.tf", text))
    for block in file.blocks:
        assert block.attributes is not None


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_nor_does_any_template(text: str) -> None:
    assert says('templatefile("t.tpl", {})', t__tpl=text) is not None


def test_nesting_without_end_is_unknown_or_unreadable() -> None:
    for text in ("[" * 5000, "(" * 5000 + "1" + ")" * 5000, "[" * 3000 + "]" * 3000, "-" * 5000 + "1"):
        assert value(text) is None or isinstance(value(text), Unknown | Known | Sequence)
