"""JavaScript's and TypeScript's statements, lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeGuard

import tree_sitter

from lambdalint.code import ir
from lambdalint.code.javascript import modules, trees, undeclared
from lambdalint.code.javascript.functions import Functions
from lambdalint.code.javascript.scopes import Scopes
from lambdalint.places import Places
from lambdalint.source import Span

_HOISTED = ("function_declaration", "generator_function_declaration")


class Statements:
    """Lowers the statements of one module."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._scopes = Scopes()
        self._functions = Functions(places, self._scopes, self._body)
        self._expressions = self._functions.expressions
        self._patterns = self._functions.patterns
        self._lower = self._expressions.lower
        self._exported: set[str] = set()

    def module(self, root: tree_sitter.Node, *, typed: bool) -> tuple[tuple[ir.Statement, ...], ir.Undeclared | None]:
        """All of a file, and the names in it that nothing there declares.

        Those that a language with types knows may be declared in any file, and its compiler has asked for the others.
        """
        body = self._body(root)
        return body, None if typed else undeclared.names(root, self._places, self._scopes, body)

    def without_types(self, body: tuple[ir.Statement, ...]) -> tuple[ir.Statement, ...]:
        """A module of TypeScript without what it imports of the project and uses only in types: compilers and bundlers
        leave that out, and load no module for it. https://www.typescriptlang.org/tsconfig/#verbatimModuleSyntax
        """
        used = {*self._scopes.missed.values(), *self._exported}
        return tuple(each for each in body if not _is_of_project(each) or not each.bound or each.bound in used)

    # ------------------------------------------------------------------------------------------------------ blocks

    def _body(self, node: tree_sitter.Node) -> tuple[ir.Statement, ...]:
        """The statements of a module or a function, in the scope that is open."""
        self._scopes.hoist(trees.hoisted(node, self._places))
        nodes = trees.parts(node)
        for name in trees.declared(nodes, self._places):
            self._scopes.declare(name)
        return tuple(self._all(nodes))

    def _suite(self, node: tree_sitter.Node | None) -> tuple[ir.Statement, ...]:
        """A block, or the statement in its place."""
        if node is None:
            return ()
        nodes = trees.parts(node) if node.type in {"statement_block", "else_clause"} else [node]
        if node.type == "else_clause":
            return tuple(inner for each in nodes for inner in self._suite_or_if(each))
        with self._scopes.block(trees.declared(nodes, self._places)):
            return tuple(self._all(nodes))

    def _suite_or_if(self, node: tree_sitter.Node) -> tuple[ir.Statement, ...]:
        return tuple(self._statement(node)) if node.type == "if_statement" else self._suite(node)

    def _all(self, nodes: list[tree_sitter.Node]) -> Iterator[ir.Statement]:
        for node in nodes:
            if _declaration(node).type in _HOISTED:
                yield from self._statement(node)
        index = 0
        while index < len(nodes):
            node = nodes[index]
            index += 1
            if _declaration(node).type in _HOISTED:
                continue
            end = self._end_of_last_await(node)
            if end is not None and index < len(nodes) and nodes[index].type == "expression_statement":
                # `await` before a line break is read as a name, and what it waits for as a statement of its own.
                self._expressions.waits_for[end] = nodes[index]
                index += 1
            yield from self._statement(node)

    def _end_of_last_await(self, node: tree_sitter.Node) -> int | None:
        """Where an `await` ends that is taken for a name and is the last word of a statement; None without one."""
        data, end = self._places.data, node.end_byte
        start = -1 if data.endswith((b";", b"}"), 0, end) else data.rfind(b"await", node.start_byte, end)
        rest = b"" if start < 0 else data[start + len(b"await") : end].strip()
        if start < 0 or not (rest == b"" or rest.startswith((b"//", b"/*"))):
            return None
        word = node.descendant_for_byte_range(start, start + len(b"await"))
        return word.end_byte if word is not None and self._places.text(word) == "await" else None

    def _statement(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        lower = _LOWER.get(node.type)
        if lower is not None:
            yield from lower(self, node)
        elif node.type not in _NOTHING:
            yield ir.Opaque((), self._places.span(node))

    # ------------------------------------------------------------------------------------------------------ simple

    def _expression(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        for inner in trees.parts(node):
            yield from self._do(inner)

    def _do(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        """An expression whose value nobody takes."""
        node = trees.bare(node)
        span = self._places.span(node)
        match node.type:
            case "internal_module":
                yield from self._namespace(node)
            case "sequence_expression":
                for part in trees.parts(node):
                    yield from self._do(part)
            case "assignment_expression":
                yield from self._assignment(node)
            case "augmented_assignment_expression" | "update_expression":
                changed, operator, value = self._expressions.updated(node)
                yield ir.Update(operator, changed, value, span)
            case "binary_expression" if (way := self._logical(node)) is not None:
                test = self._expressions.part(node, "left")
                right = node.child_by_field_name("right")
                done = () if right is None else tuple(self._do(right))
                yield ir.If(test, done if way else (), () if way else done, span)
            case "ternary_expression":
                then, otherwise = (
                    () if inner is None else tuple(self._do(inner))
                    for inner in map(node.child_by_field_name, ("consequence", "alternative"))
                )
                yield ir.If(self._expressions.part(node, "condition"), then, otherwise, span)
            case "unary_expression" if trees.has(node, "delete"):
                target = node.child_by_field_name("argument")
                if target is not None:
                    yield ir.Delete((self._expressions.target(target),), span)
            case _:
                yield ir.Do(self._lower(node), span)

    def _logical(self, node: tree_sitter.Node) -> bool | None:
        """Whether what stands right of `&&` (True) or `||` (False) is done for its effect; None for other operators."""
        operator = node.child_by_field_name("operator")
        return {"&&": True, "||": False}.get("" if operator is None else self._places.text(operator))

    def _assignment(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        exported = modules.exported(left, self._places)
        if exported is not None:
            yield ir.Export(exported or None, self._lower(right), span)
        elif left.type in {"object_pattern", "array_pattern"}:
            yield from self._patterns.assign(left, self._lower(right), declares=False)
        elif left.type == "identifier" and right.type in trees.FUNCTIONS:
            function = self._functions.function(right, self._places.text(left))
            yield ir.Assign((self._expressions.target(left),), ir.Lambda(function, self._places.span(right)), span)
        else:
            yield ir.Assign((self._expressions.target(left),), self._lower(right), span)

    def _return(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield ir.Return(self._expressions.first(node), self._places.span(node))

    def _throw(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        yield ir.Raise(self._expressions.first(node) or ir.Opaque((), span), span)

    def _jump(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield ir.Jump(node.type.removesuffix("_statement"), self._places.span(node))

    # ------------------------------------------------------------------------------------------------ declarations

    def _variables(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        for declarator in trees.parts(node):
            name = declarator.child_by_field_name("name")
            value = declarator.child_by_field_name("value")
            if name is None:
                continue
            if value is None:
                if name.type == "identifier":
                    span = self._places.span(name)
                    target = ir.Name(self._scopes.read(self._places.text(name)), span)
                    yield ir.Assign((target,), ir.Literal(None, span), span)
                continue
            required = modules.required(trees.bare(value), self._places)
            if required is not None:
                imports = modules.taken(name, required, self._places)
                if imports is not None:
                    yield from imports
                    continue
            whole, value = value, value if value.type == "parenthesized_expression" else trees.bare(value)
            if name.type == "identifier" and value.type in trees.FUNCTIONS:
                yield self._functions.function(value, self._scopes.read(self._places.text(name)))
            elif name.type == "identifier" and value.type == "class":
                yield self._functions.class_(value, self._scopes.read(self._places.text(name)))
            else:
                yield from self._patterns.assign(name, self._lower(whole))

    def _function(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        name = node.child_by_field_name("name")
        if name is not None:
            yield self._functions.function(node, self._scopes.read(self._places.text(name)))

    def _class(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        name = node.child_by_field_name("name")
        if name is not None:
            yield self._functions.class_(node, self._scopes.read(self._places.text(name)))

    def _enum(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return
        entries: list[tuple[ir.Expression, ir.Expression]] = []
        for index, member in enumerate(trees.parts(body)):
            key = member.child_by_field_name("name") or member
            value = member.child_by_field_name("value")
            span = self._places.span(key)
            held = ir.Literal(index, span) if value is None else self._lower(value)
            entries.append((ir.Literal(trees.key_text(key, self._places), span), held))
        span = self._places.span(node)
        target = ir.Name(self._scopes.read(self._places.text(name)), self._places.span(name))
        yield ir.Assign((target,), ir.Mapping(tuple(entries), span), span)

    def _namespace(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        """A namespace of TypeScript: an object of what it exports, or more of what is declared by its name before."""
        named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if named is None or body is None or named.type == "string":
            return
        span, place = self._places.span(node), self._places.span(named)
        name, *inner = self._places.text(named).split(".")
        nodes, members = trees.parts(body), list[tuple[str, ir.Expression]]()
        with self._scopes.block(trees.declared(nodes, self._places), lasting=True):
            for statement in self._all(nodes):
                if isinstance(statement, ir.Export) and statement.name is not None:
                    members.append((statement.name.partition("·")[0], statement.value))
                else:
                    yield statement
        for each in reversed(inner):
            members = [(each, _object(members, span))]
        target = ir.Name(self._scopes.read(name), place)
        if name in trees.declared(trees.before(node), self._places):
            for member, value in members:
                yield ir.Assign((ir.Attribute(target, member, place),), value, span)
        else:
            yield ir.Assign((target,), _object(members, span), span)

    def _import(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield from modules.imports(node, self._places)

    def _export(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        span = self._places.span(node)
        default = trees.has(node, "default")
        if declaration is not None and declaration.type in trees.NAMESPACES:
            yield from self._statement(declaration)
            for name in trees.declared([node], self._places):
                yield ir.Export(name, ir.Name(self._scopes.read(name), span), span)
        elif declaration is not None:
            statements = tuple(self._statement(declaration))
            yield from statements
            for name, written in modules.bound_by(statements):
                yield ir.Export("default" if default else written, ir.Name(name, span), span)
        elif value is not None:
            yield from self._exported_value(value, default=default)
        elif trees.has(node, "=") and (parts := trees.parts(node)):
            # `export = …`, TypeScript's `module.exports = …`
            yield ir.Export(None, self._lower(parts[-1]), span)
        else:
            yield from modules.exports(node, self._places, self._given_out)

    def _given_out(self, name: str) -> str:
        self._exported.add(name)
        return self._scopes.read(name)

    def _exported_value(self, node: tree_sitter.Node, *, default: bool) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        if node.type == "class":
            made = self._functions.class_(node, "default")
            yield made
            yield ir.Export("default", ir.Name(made.name, span), span)
        elif node.type in trees.FUNCTIONS:
            yield ir.Export("default", ir.Lambda(self._functions.function(node, "default"), span), span)
        else:
            yield ir.Export("default" if default else None, self._lower(node), span)

    # ---------------------------------------------------------------------------------------------------- compound

    def _if(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        then = self._suite(node.child_by_field_name("consequence"))
        otherwise = self._suite(node.child_by_field_name("alternative"))
        yield ir.If(self._expressions.part(node, "condition"), then, otherwise, self._places.span(node))

    def _for(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        first = node.child_by_field_name("initializer")
        test = node.child_by_field_name("condition")
        step = node.child_by_field_name("increment")
        with self._scopes.block(trees.declared([] if first is None else [first], self._places)):
            yield from () if first is None else self._statement(first)
            asked = None if test is None else test if test.type != "expression_statement" else trees.parts(test)[0]
            known = asked is not None and asked.type not in {"empty_statement", ";"}
            condition = self._lower(asked) if known and asked is not None else ir.Literal(True, span)
            body = self._suite(node.child_by_field_name("body"))
            after = () if step is None else tuple(self._do(step))
            yield ir.While(condition, (*body, *after), (), span)

    def _for_in(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        left = node.child_by_field_name("left")
        over = self._expressions.part(node, "right")
        if trees.has(node, "in"):
            keys = ir.Attribute(ir.Name("Object", span), "keys", span)
            over = ir.Call(keys, (ir.Argument(over),), over.span)
        elif trees.has(node, "await"):
            over = ir.Await(over, over.span)
        declares = node.child_by_field_name("kind") is not None
        named = left is not None and left.type == "identifier"
        with self._scopes.block(trees.bound(left, self._places) if declares and not trees.has(node, "var") else ()):
            if left is None or named:
                name = "" if left is None else self._places.text(left)
                place = span if left is None else self._places.span(left)
                target = ir.Name(self._scopes.read(name) if declares else self._scopes.set(name, place), place)
                taken: tuple[ir.Statement, ...] = ()
            else:
                target = ir.Name(self._scopes.temporary(), self._places.span(left))
                taken = tuple(self._patterns.assign(left, target, declares=declares))
            yield ir.For(target, over, (*taken, *self._suite(node.child_by_field_name("body"))), (), span)

    def _while(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        body = self._suite(node.child_by_field_name("body"))
        yield ir.While(self._expressions.part(node, "condition"), body, (), self._places.span(node))

    def _do_while(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        span = self._places.span(node)
        body = self._suite(node.child_by_field_name("body"))
        leave = ir.If(self._expressions.part(node, "condition"), (), (ir.Jump("break", span),), span)
        yield ir.While(ir.Literal(True, span), (*body, leave), (), span)

    def _switch(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        body = node.child_by_field_name("body")
        nodes = [] if body is None else trees.parts(body)
        inner = [each for case in nodes for each in case.children_by_field_name("body")]
        with self._scopes.block(trees.declared(inner, self._places)):
            subject = self._expressions.part(node, "value")
            bodies = [tuple(self._all(case.children_by_field_name("body"))) for case in nodes]
            cases: list[ir.Case] = []
            default: list[ir.Case] = []
            for index, case in enumerate(nodes):
                run = tuple(_until_break(bodies[index:]))
                if case.type == "switch_default":
                    default = [ir.Case(ir.Opaque((), self._places.span(case)), (), None, run)]
                else:
                    cases.append(ir.Case(self._expressions.part(case, "value"), (), None, run))
        yield ir.Match(subject, (*cases, *default), self._places.span(node), breaks=True)

    def _try(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        body = self._suite(node.child_by_field_name("body"))
        clauses = () if handler is None else _by_class(self._clause(handler))
        last = () if final is None else self._suite(final.child_by_field_name("body"))
        yield ir.Try(body, clauses, (), last, self._places.span(node))

    def _clause(self, node: tree_sitter.Node) -> ir.Clause:
        parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
        span = self._places.span(node) if body is None else self._places.between(node.children[0], body.children[0])
        with self._scopes.block(trees.bound(parameter, self._places)):
            name: str | None = None
            taken: tuple[ir.Statement, ...] = ()
            if parameter is not None and parameter.type == "identifier":
                name = self._scopes.read(self._places.text(parameter))
            elif parameter is not None:
                name = self._scopes.temporary()
                caught = ir.Name(name, self._places.span(parameter))
                taken = tuple(self._patterns.assign(parameter, caught))
            return ir.Clause(None, name, (*taken, *self._suite(body)), span)

    def _labelled(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield from self._suite(node.child_by_field_name("body"))

    def _braces(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield from self._suite(node)

    def _wrong(self, node: tree_sitter.Node) -> Iterator[ir.Statement]:
        yield ir.Opaque((), self._places.span(node))


def _by_class(clause: ir.Clause) -> tuple[ir.Clause, ...]:
    """A clause as one for each class of errors that its first tests ask for, and one for the others.

    What is no `Error` is hardly ever thrown: to ask for that class tells no errors apart.
    """
    picked: list[ir.Clause] = []
    rest = clause.body
    while True:
        match rest:
            case (
                ir.If(
                    ir.Call(ir.Name("isinstance"), (ir.Argument(ir.Name(name)), ir.Argument(kind)), span),
                    then,
                    otherwise,
                ),
                *after,
            ) if name == clause.name and not (isinstance(kind, ir.Name) and kind.id == "Error"):
                # What stands after both would have to be written twice.
                if after and not (then and isinstance(then[-1], ir.Return | ir.Raise | ir.Jump)):
                    break
                picked.append(ir.Clause(kind, clause.name, then, span))
                rest = (*otherwise, *after)
            case _:
                break
    span = rest[0].span if picked and rest else clause.span
    return (*picked, ir.Clause(clause.types, clause.name, rest, span))


def _object(members: Iterable[tuple[str, ir.Expression]], span: Span) -> ir.Mapping:
    return ir.Mapping(tuple((ir.Literal(name, span), value) for name, value in members), span)


def _declaration(node: tree_sitter.Node) -> tree_sitter.Node:
    return (node.child_by_field_name("declaration") or node) if node.type == "export_statement" else node


def _until_break(bodies: Iterable[tuple[ir.Statement, ...]]) -> Iterator[ir.Statement]:
    """What a case does: its own statements and those that it falls through to, without the break at the end."""
    for body in bodies:
        for statement in body:
            if isinstance(statement, ir.Jump) and statement.kind == "break":
                return
            yield statement
            if isinstance(statement, ir.Return | ir.Raise | ir.Jump):
                return


_NOTHING = frozenset(
    {
        "empty_statement",
        "debugger_statement",
        "hash_bang_line",
        "interface_declaration",
        "type_alias_declaration",
        "function_signature",
        "ambient_declaration",
        "import_alias",
    }
)
"""What does nothing when it runs."""

_LOWER: dict[str, Callable[[Statements, tree_sitter.Node], Iterator[ir.Statement]]] = {
    "expression_statement": Statements._expression,
    "variable_declaration": Statements._variables,
    "lexical_declaration": Statements._variables,
    "function_declaration": Statements._function,
    "generator_function_declaration": Statements._function,
    "class_declaration": Statements._class,
    "abstract_class_declaration": Statements._class,
    "enum_declaration": Statements._enum,
    "internal_module": Statements._namespace,
    "module": Statements._namespace,
    "import_statement": Statements._import,
    "export_statement": Statements._export,
    "if_statement": Statements._if,
    "for_statement": Statements._for,
    "for_in_statement": Statements._for_in,
    "while_statement": Statements._while,
    "do_statement": Statements._do_while,
    "switch_statement": Statements._switch,
    "try_statement": Statements._try,
    "return_statement": Statements._return,
    "throw_statement": Statements._throw,
    "break_statement": Statements._jump,
    "continue_statement": Statements._jump,
    "labeled_statement": Statements._labelled,
    "statement_block": Statements._braces,
    "ERROR": Statements._wrong,
}


_OWN = (".", "@/", "~/", "src/")
"""How specifiers begin that lead to files of the project."""


def _is_of_project(statement: ir.Statement) -> TypeGuard[ir.Import]:
    """Whether a statement imports from a file of the project."""
    return isinstance(statement, ir.Import) and statement.how == "import" and statement.module.startswith(_OWN)
