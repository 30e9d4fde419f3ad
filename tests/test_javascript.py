from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.code import ir
from lambdalint.code.javascript import parse
from lambdalint.records import fields
from lambdalint.source import Line, Source, UnreadableSource


def read(text: str, path: str = "app.js") -> ir.Module:
    return parse(Source(path, text))


def shown(node: object) -> str:
    """A node in few words: names and literals as they are, others by their type and parts."""
    match node:
        case ir.Name(id):
            return id
        case ir.Literal(value):
            return repr(value)
        case tuple():
            return " ".join(map(shown, node))
        case ir.Assign((target,), value):
            return f"{shown(target)} = {shown(value)}"
        case ir.Attribute(value, name, optional=optional):
            return f"{shown(value)}{'?.' if optional else '.'}{name}"
        case ir.Item(value, key, optional=optional):
            return f"{shown(value)}{'?.' if optional else ''}[{shown(key)}]"
        case ir.Call(function, arguments, new=new, optional=optional):
            given = ", ".join(f"{each.spread}{shown(each.value)}" for each in arguments)
            return f"{'new ' if new else ''}{shown(function)}{'?.' if optional else ''}({given})"
        case ir.Function():
            head = " ".join(each for each in ("async" if node.is_async else "", node.kind, node.name) if each)
            parameters = ", ".join(
                ("*" if each.kind == "*" else "") + each.name + (f"={shown(each.default)}" if each.default else "")
                for each in node.parameters
            )
            return f"{head}({parameters}) {{{'; '.join(map(shown, node.body))}}}"
        case ir.Class():
            return f"class {node.name}({shown(node.bases)}) {{{'; '.join(map(shown, node.body))}}}"
        case ir.Lambda(function):
            return shown(function)
        case ir.Return(value):
            return f"return {shown(value) if value else ''}".strip()
        case ir.Raise(value):
            return f"raise {shown(value)}"
        case ir.Do(value):
            return shown(value)
        case ir.Await(value):
            return f"(await {shown(value)})"
        case (
            ir.Boolean(operator, left, right) | ir.Comparison(operator, left, right) | ir.Binary(operator, left, right)
        ):
            return f"({shown(left)} {operator} {shown(right)})"
        case ir.Update(operator, target, value):
            return f"{shown(target)} {operator}= {shown(value)}"
        case ir.Unary(operator, operand):
            return f"{operator} {shown(operand)}"
        case ir.Bind(target, value):
            return f"({shown(target)} := {shown(value)})"
        case ir.Import(module, name, bound, how=how):
            return f"{how} {module}:{name} as {bound}"
        case ir.Export(name, value):
            return f"export {name} = {shown(value)}"
        case ir.If(test, then, otherwise):
            return f"if {shown(test)} {{{'; '.join(map(shown, then))}}} {{{'; '.join(map(shown, otherwise))}}}"
        case ir.For(target, iterable, body):
            return f"for {shown(target)} of {shown(iterable)} {{{'; '.join(map(shown, body))}}}"
        case ir.While(test, body):
            return f"while {shown(test)} {{{'; '.join(map(shown, body))}}}"
        case ir.Match(subject, cases, breaks=breaks):
            told = " | ".join(f"{shown(case.pattern)}: {'; '.join(map(shown, case.body))}" for case in cases)
            return f"match{'!' if breaks else ''} {shown(subject)} {{{told}}}"
        case ir.Try(body, clauses, _, final):
            caught = " ".join(f"catch {each.name} {{{'; '.join(map(shown, each.body))}}}" for each in clauses)
            return f"try {{{'; '.join(map(shown, body))}}} {caught} finally {{{'; '.join(map(shown, final))}}}"
        case ir.Mapping(entries):
            return "{" + ", ".join(f"{shown(key) if key else '...'}: {shown(value)}" for key, value in entries) + "}"
        case ir.Sequence(_, items):
            return "[" + ", ".join(map(shown, items)) + "]"
        case ir.Spread(value):
            return f"...{shown(value)}"
        case ir.Text(parts):
            return (
                "`"
                + "".join(str(each.value) if isinstance(each, ir.Literal) else f"${{{shown(each)}}}" for each in parts)
                + "`"
            )
        case ir.Scope(kind, names):
            return f"{kind} {' '.join(names)}"
        case ir.Jump(kind):
            return kind
        case ir.Delete(targets):
            return f"delete {shown(targets)}"
        case ir.Conditional(test, then, otherwise):
            return f"({shown(test)} ? {shown(then)} : {shown(otherwise)})"
        case ir.Slice(parts):
            return ":".join("" if each is None else shown(each) for each in parts)
        case ir.Rest(value, but):
            return f"{shown(value)} but {', '.join(sorted(but))}"
        case ir.Opaque(children):
            return f"<{shown(children)}>"
        case _:
            raise AssertionError(node)


def lowered(text: str, path: str = "app.js") -> str:
    return "; ".join(map(shown, read(text, path).body))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("const x = 1_000n", "x = BigInt(1000)"),
        ("x = 0xff + .5", "x = (255 + 0.5)"),
        ("x = 'a\\n\\u{41}\\x42'", "x = 'a\\nAB'"),
        ("x = `a${b}c\\n`", "x = `a${b}c\n`"),
        ("x = undefined", "x = None"),
        ("x = a?.b?.[c]?.(d)", "x = a?.b?.[c]?.(d)"),
        ("x = a['b']", "x = a.b"),
        ("x = new Date().getTime()", "x = new Date().getTime()"),
        ("x = a === b && !c || d", "x = (((a == b) and not c) or d)"),
        (
            "x = {a, 'b': 1, [c]: 2, ...d, e() { return 1 }}",
            "x = {'a': a, 'b': 1, c: 2, ...: d, 'e': e(this) {return 1}}",
        ),
        ("x = [1, ...a]", "x = [1, ...a]"),
        ("x = typeof y === 'string'", "x = (typeof(y) == 'string')"),
        ("x = y instanceof Error", "x = isinstance(y, Error)"),
        ("x = (a, b)", "x = [a, b][1]"),
        ("x = /a+/g", "x = new RegExp('a+', 'g')"),
        ("x = a ? b : c", "x = (a ? b : c)"),
        ("x = (y = 1)", "x = (y := 1)"),
        ("f(x++)", "f((x := (x + 1)))"),
        ("x = await (await f()).json()", "x = (await (await f()).json())"),
        ("tag`a${b}`", "tag(`a${b}`)"),
    ],
)
def test_expressions(text: str, wanted: str) -> None:
    assert lowered(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("const {a, b: {c = 1}, ...r} = v", "a = v.a; ·1 = v.b; c = (·1.c ?? 1); r = v but a, b"),
        ("const {[a]: b, ...r} = v", "b = v[a]; r = <v>"),
        ("const [x, , y, ...z] = f()", "·1 = f(); x = ·1[0]; y = ·1[2]; z = ·1[3::]"),
        ("({a} = v)", "a = v.a"),
        ("a && f()", "if a {f()} {}"),
        ("a || f()", "if a {} {f()}"),
        ("a ? f() : g()", "if a {f()} {g()}"),
        ("x ||= 1; y += 2; z++", "x or= 1; y += 2; z += 1"),
        ("delete a.b", "delete a.b"),
        ("for (const [k, v] of Object.entries(o)) f(k)", "for ·1 of Object.entries(o) {k = ·1[0]; v = ·1[1]; f(k)}"),
        ("for (const k in o) f(k)", "for k of Object.keys(o) {f(k)}"),
        ("for await (const x of y) f(x)", "for x of (await y) {f(x)}"),
        ("for (let i = 0; i < n; i++) f(i)", "i = 0; while (i < n) {f(i); i += 1}"),
        ("for (;;) f()", "while True {f()}"),
        ("do { f() } while (a)", "while True {f(); if a {} {break}}"),
        ("if (a) f(); else if (b) g(); else h()", "if a {f()} {if b {g()} {h()}}"),
        (
            "switch (a) { case 1: f(); case 2: g(); break; default: h() }",
            "match! a {1: f(); g() | 2: g() | <>: h()}",
        ),
        ("try { f() } catch ({message}) { g(message) } finally { h() }",
         "try {f()} catch ·1 {message = ·1.message; g(message)} finally {h()}"),
        ("try { f() } catch { }", "try {f()} catch None {} finally {}"),
        ("throw new Error(m)", "raise new Error(m)"),
        ("f(); function f() { return 1 }", "f() {return 1}; f()"),
        ("const f = async (e) => g(e)", "async arrow f(e) {return g(e)}"),
        ("const f = function ({a}, [b] = [], ...c) {}", "f(·1, ·2=[], *c) {a = ·1.a; b = ·2[0]}"),
        ("await // why\n  f()", "(await f())"),
        ("const x = await\n  f().g()\nh(x)", "x = (await f().g()); h(x)"),
        ("if (a) x = b ?? await\n  f()", "if a {x = (b ?? (await f()))} {}"),
        ("const f = async () => {\n  return await\n  g()\n}", "async arrow f() {return (await g())}"),
    ],
)  # fmt: skip
def test_statements(text: str, wanted: str) -> None:
    assert lowered(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("await f<T>(x)", "(await f(x))"),
        ("const a = (await b.f<T>(x).then(g)).h<U>()", "a = (await b.f(x).then(g)).h()"),
    ],
)
def test_what_is_awaited_with_a_type_argument(text: str, wanted: str) -> None:
    assert lowered(text, "app.ts") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import a, {b as c} from './m'", "import ./m:default as a; import ./m:b as c"),
        ("import * as m from 'm'; import 'n'", "import m:None as m; import n:None as "),
        ("import type {T} from 'm'", ""),
        ("import {type T, u} from 'm'", "import m:u as u"),
        ("const {a, b: c} = require('m')", "require m:a as a; require m:b as c"),
        ("const m = require('m')", "require m:None as m"),
        ("const x = require('m').x", "x = require('m').x"),
        ("export const a = 1, b = 2", "a = 1; b = 2; export a = a; export b = b"),
        ("export async function handler(event) {}", "async handler(event) {}; export handler = handler"),
        ("export default async () => {}", "export default = async arrow default() {}"),
        ("export default class A {}", "class A() {}; export default = A"),
        ("const a = 1; export {a as b}", "a = 1; export b = a"),
        ("export {a as b} from './m'; export * from './n'", "reexport ./m:a as b; reexport ./n:* as "),
        ("export * as n from './n'", "reexport ./n:None as n"),
        ("exports.handler = async (event) => 1", "export handler = async arrow(event) {return 1}"),
        ("module.exports.a = b; module.exports = {c}", "export a = b; export None = {'c': c}"),
    ],
)
def test_modules(text: str, wanted: str) -> None:
    assert lowered(text, "app.ts" if "type" in text else "app.js") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("let client; function get() { client = 1 }", "get() {global client; client = 1}; client = None"),
        ("function f() { let a; return () => { a = 1 } }", "f() {a = None; return arrow() {nonlocal a; a = 1}}"),
        ("const a = 1; function f(a) { a = 2 }", "f(a) {a = 2}; a = 1"),
        ("function f(a) { if (b) { const a = 1; g(a) } return a }", "f(a) {if b {a·1 = 1; g(a·1)} {}; return a}"),
        ("const f = () => { x.forEach(y => { total = total + y }); let total = 0 }",
         "arrow f() {x.forEach(arrow(y) {nonlocal total; total = (total + y)}); total = 0}"),
        ("function f() { if (a) { var b = 1 } return () => { b = 2 } }",
         "f() {if a {b = 1} {}; return arrow() {nonlocal b; b = 2}}"),
    ],
)  # fmt: skip
def test_scopes(text: str, wanted: str) -> None:
    assert lowered(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "class A extends B { f = 1; static g = 2; constructor(x) { super(x); this.x = x } get y() { return this.x } }",
            "class A(B) {method __init__(this, x) {this.f = 1; super().__init__(x); this.x = x}; "
            "property y(this) {return this.x}; g = 2}",
        ),
        (
            "class A extends B { f = () => this.g() }",
            "class A(B) {method __init__(this, *·given) {super().__init__(*·given); "
            "this.f = arrow f() {return this.g()}}}",
        ),
        ("class A { static make() { return new A() } }", "class A() {class make(this) {return new A()}}"),
        ("class A { static get all() { return 1 } }", "class A() {class property all(this) {return 1}}"),
        ("const A = class extends B {}", "class A(B) {}"),
    ],
)
def test_classes(text: str, wanted: str) -> None:
    assert lowered(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("const x = y as unknown as T", "x = y"),
        ("const x = <T>y!", "x = y"),
        ("enum E { A, B = 'b' }", "E = {'A': 0, 'B': 'b'}"),
        ("namespace N { const a = 1; export const f = () => a }", "a = 1; arrow f() {return a}; N = {'f': f}"),
        ("const f = 1; export module N { export function f() {} }", "f = 1; f·1() {}; N = {'f': f·1}; export N = N"),
        ("namespace A { const x = 1 } namespace B { export const x = 2 }", "x = 1; A = {}; x·1 = 2; B = {'x': x·1}"),
        ("namespace A.B { export const x = 2 } declare namespace C {}", "x = 2; A = {'B': {'x': x}}"),
        ("class A {} namespace A { export const x = 2 }", "class A() {}; x = 2; A.x = x"),
        ("namespace A { export namespace B { export let x } }", "x = None; B = {'x': x}; A = {'B': B}"),
        ("interface I { a: string } type T = I; declare const d: T", ""),
        ("function f(a: string): void; function f(a: any) { return a }", "f(a) {return a}"),
        (
            "class A { constructor(private readonly x: B, y?: C) {} }",
            "class A() {method __init__(this, x, y) {this.x = x}}",
        ),
        ("const x = { a: 1 } satisfies T", "x = {'a': 1}"),
        ("x = f<T>(y)", "x = f(y)"),
    ],
)
def test_typescript(text: str, wanted: str) -> None:
    assert lowered(text, "app.ts") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import type { A } from './a'; import typeof B from './b'; export type C = {| a: ?A |}", ""),
        ("import { type A, f } from './a'; f((x: any))", "import ./a:f as f; f(x)"),
        ("const f = (x: ?Object, y?: string): Promise<Object> => x", "arrow f(x, y) {return x}"),
        ("// @flow strict\nopaque type A = string; f()", "<>; f()"),
        ("/**\n * @flow\n */\nfunction f(x: A): boolean %checks { return x }; g()", None),
    ],
)
def test_flow(text: str, wanted: str | None) -> None:
    found = lowered(text, "app.js")
    assert found == wanted or wanted is None


def test_names_that_flow_knows_may_be_declared_anywhere() -> None:
    assert read("const f = (x: Object) => y").undeclared is None
    assert read("const f = (x) => y").undeclared is not None


def test_the_names_of_parameters_types_are_kept() -> None:
    (function, _) = read(
        "export const handler = async (event: APIGatewayProxyEvent, c: aws.Context) => {}", "a.ts"
    ).body
    assert isinstance(function, ir.Function)
    assert [each.types for each in function.parameters] == [("APIGatewayProxyEvent",), ("Context",)]


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("a.mjs", "", "esm"),
        ("a.cjs", "", "commonjs"),
        ("a.js", "import 'x'", "esm"),
        ("a.js", "const x = require('x')", "commonjs"),
        ("a.js", "f()", ""),
    ],
)
def test_kinds_of_modules(path: str, text: str, kind: str) -> None:
    assert read(text, path).kind == kind


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("f()\nconst = 1", (2, 7), "not JavaScript"),
        ("const x = {\n  a: 1,\n  b c: 2,\n}", (3, 3), "not JavaScript from 'b' on"),
        ("f(a", (1, 1), "not JavaScript from 'f(a' on"),
        ("while (a { f() }", (1, 1), "not JavaScript"),
        ("x = " + "(" * 500 + "1" + ")" * 500 + " + " + "-" * 600 + "1", (1, 1), "nested too deeply"),
    ],
)
def test_broken_javascript_is_told(text: str, place: tuple[int, int], why: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read(text)
    assert caught.value.why.startswith(why)
    assert caught.value.span.line == place[0]


@pytest.mark.parametrize(
    "text",
    [
        "import x from './x.json' assert {type: 'json'}",
        "const x = <div>a & b</div>",
        "x = String.raw`\\u`",
        "#!/usr/bin/env node\nf()",
    ],
)
def test_what_the_grammar_does_not_know_is_not_told(text: str) -> None:
    read(text)


def test_typescript_that_the_grammar_cannot_read_is_opaque() -> None:
    assert "g()" in lowered("function f(a: in out) => { ; \n g()", "app.ts")


def test_places_in_a_template_are_those_of_the_template() -> None:
    inline = Source("template.yaml", "f();\n  g();", (Line(9, 11), Line(10, 11)), "index.js")
    module = parse(inline)
    assert [str(statement.span) for statement in module.body] == ["template.yaml:9:11", "template.yaml:10:13"]
    with pytest.raises(UnreadableSource) as raised:
        parse(Source("template.yaml", "f();\nconst = 1", (Line(9, 11), Line(10, 11)), "index.js"))
    assert raised.value.span.line == 10


def test_places_count_characters() -> None:
    (_, second) = read("const x = 'ä€'; f(x)").body
    assert (second.span.line, second.span.column, second.span.end_column) == (1, 17, 21)


@given(
    st.text(
        st.sampled_from("{}()[]=>.,;:'\"`$? \n abc12+-*/async function const class import export from"), max_size=60
    )
)
def test_any_text_is_read_or_told(text: str) -> None:
    for path in ("a.js", "a.ts", "a.tsx"):
        try:
            module = read(text, path)
        except UnreadableSource:
            continue
        assert all(hasattr(node, "span") or fields(type(node)) for part in module.body for node in ir.walk(part))
