"""A service that is a program: what a serverless.ts exports, as far as it is written out.

https://www.serverless.com/framework/docs/guides/intro#typescript. Nothing is run: a name stands for the constant of the
file that it is, or of a file beside it that is imported, and what is called is unknown. A variable of the deploying
environment is what `${env:…}` is in a template.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

import tree_sitter

from lambdalint import literals
from lambdalint.patterns import pattern
from lambdalint.places import Places
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value, between

_DEEPEST = 60
_MOST = 100_000
"""How many values a program may write out, counted as often as their names are used."""
_LONGEST = 200_000
"""The most characters of an imported file."""
_UNKNOWN = "an expression"
_AROUND = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
})  # fmt: skip
_FIXED: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}


_ENVIRONMENT = "process.env"
_MACHINES = frozenset({"local", "localhost", "offline"})
"""What variables of the environment say on a developer's machine, where nothing is deployed."""
_SPECIAL = pattern(r"[$'{}\\\n]")
_EQUAL = {"===": True, "==": True, "!==": False, "!=": False}
_ENDINGS = ("", ".ts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")
_SETTINGS = ("tsconfig.json", "tsconfig.paths.json")
"""Where the framework's template for TypeScript says what aliases stand for."""
_HANDLER_PATH = "handlerPath(__dirname)"
"""How the framework's template for TypeScript names the directory of a function, from that of the service."""


def exported(source: Source, sources: Sources) -> Mapping | None:
    """The object that a program exports; None where that is not written out as one."""
    return _Programs(sources, posixpath.dirname(source.path)).program(source).exported()


class _Programs:
    """The files that a service is written out in, each read once."""

    def __init__(self, sources: Sources, directory: str) -> None:
        self._sources = sources
        self.directory = directory
        self.nodes = 0
        """How many values were written out so far."""
        self._found: dict[str, _Program] = {}
        self._aliases: dict[str, str] | None = None

    def program(self, source: Source) -> _Program:
        if source.path not in self._found:
            self._found[source.path] = _Program(source, self)
        return self._found[source.path]

    def imported(self, specifier: str, importer: str) -> _Program | None:
        """The file of the service's directory that is imported by its path or its alias; None for all others."""
        place = posixpath.join(posixpath.dirname(importer), specifier) if specifier.startswith(".") else None
        place = place or self._aliased(specifier)
        if place is None:
            return None
        path = posixpath.normpath(place)
        if not path.startswith(f"{self.directory}/" if self.directory else "") or path.startswith(".."):
            return None
        for ending in _ENDINGS:
            try:
                source = self._sources.read(path + ending) if (path + ending).endswith(("ts", "js")) else None
            except UnreadableSource:
                return None
            if source is not None and len(source.text) <= _LONGEST:
                return self.program(source)
        return None

    def _aliased(self, specifier: str) -> str | None:
        """The path that an alias of TypeScript stands for: `@functions/*` for `src/functions/*`."""
        if self._aliases is None:
            self._aliases = dict(self._read_aliases())
        for alias, path in self._aliases.items():
            head, star, _ = alias.partition("*")
            if specifier == alias or (star and specifier.startswith(head)):
                return posixpath.join(self.directory, path.replace("*", specifier[len(head) :]))
        return None

    def _read_aliases(self) -> Iterator[tuple[str, str]]:
        for name in _SETTINGS:
            try:
                source = self._sources.read(posixpath.join(self.directory, name))
                options = json.loads(source.text)["compilerOptions"] if source is not None else {}
                base, paths = options.get("baseUrl", "."), options.get("paths", {})
                found = [(alias, posixpath.join(base, first)) for alias, (first, *_) in paths.items()]
            except (UnreadableSource, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                continue
            yield from found


class _Program:
    def __init__(self, source: Source, programs: _Programs) -> None:
        self._path, self._programs = source.path, programs
        self._places = Places(source.path, source.text.removeprefix("\ufeff"))
        self._root = _parser(source.path).parse(self._places.data).root_node
        self._constants = dict(self._declared())
        self._taken = dict(self._variables())
        self._imports = dict(self._imported())
        self._handed_on = dict(self._exported_names())
        self._asked: set[str] = set()
        self._known: dict[str, tuple[Value | None, int]] = {}
        """The constants that were asked for, each with how many values it holds."""

    def exported(self) -> Mapping | None:
        found = None
        for statement in self._root.named_children:
            node = self._exported(statement)
            found = found if node is None else self._value(node, 0)
        return found if isinstance(found, Mapping) else None

    def named(self, name: str, span: Span) -> Value | None:
        """What the file exports by a name; unknown where that is not written out, or leads back to itself."""
        if name in self._asked:
            return Unknown(span, _UNKNOWN)
        self._asked.add(name)
        try:
            if name in self._handed_on:
                own, specifier = self._handed_on[name]
                return self._from(own, specifier, span) if specifier else self._constant(own, span, 0)
            if name == "default":
                return self.exported() or Unknown(span, _UNKNOWN)
            return self._constant(name, span, 0)
        finally:
            self._asked.discard(name)

    def _from(self, name: str, specifier: str, span: Span) -> Value | None:
        program = self._programs.imported(specifier, self._path) if self._programs.nodes <= _MOST else None
        return Unknown(span, _UNKNOWN) if program is None else program.named(name, span)

    def _imported(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The names that the file imports, each with what it is called where it comes from, and that file."""
        for statement in self._root.named_children:
            given = statement.child_by_field_name("source") if statement.type == "import_statement" else None
            if given is None:
                continue
            specifier = literals.text(self._places.text(given)[1:-1])
            for clause in (each for each in statement.named_children if each.type == "import_clause"):
                for each in clause.named_children:
                    if each.type == "identifier":
                        yield self._places.text(each), ("default", specifier)
                    elif each.type == "named_imports":
                        for name, alias in self._pairs(each):
                            yield alias, (name, specifier)

    def _exported_names(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The names in `export { … }`, each with what it is called there, and the file that it is handed on from."""
        for statement in self._root.named_children:
            if statement.type == "export_statement":
                given = statement.child_by_field_name("source")
                specifier = "" if given is None else literals.text(self._places.text(given)[1:-1])
                for clause in (each for each in statement.named_children if each.type == "export_clause"):
                    for name, alias in self._pairs(clause):
                        yield alias, (name, specifier)

    def _pairs(self, clause: tree_sitter.Node) -> Iterator[tuple[str, str]]:
        for each in clause.named_children:
            name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
            if name is not None:
                yield self._places.text(name), self._places.text(alias or name)

    def _exported(self, statement: tree_sitter.Node) -> tree_sitter.Node | None:
        """What `export default …`, `export = …` or `module.exports = …` gives."""
        if statement.type == "export_statement":
            given = statement.child_by_field_name("value")
            is_assigned = any(each.type == "=" for each in statement.children)
            return given or (statement.named_children[-1] if is_assigned and statement.named_children else None)
        if statement.type == "expression_statement" and statement.named_children:
            given = statement.named_children[0]
            left = given.child_by_field_name("left") if given.type == "assignment_expression" else None
            if left is not None and self._places.text(left) == "module.exports":
                return given.child_by_field_name("right")
        return None

    def _declared(self) -> Iterator[tuple[str, tree_sitter.Node]]:
        """The constants of the file, by name."""
        for statement in self._root.named_children:
            inner = statement.child_by_field_name("declaration") or statement
            kind = inner.child_by_field_name("kind")
            if inner.type == "lexical_declaration" and kind is not None and kind.type == "const":
                for each in inner.named_children:
                    name, given = each.child_by_field_name("name"), each.child_by_field_name("value")
                    if name is not None and given is not None and name.type == "identifier":
                        yield self._places.text(name), given

    def _variables(self) -> Iterator[tuple[str, str]]:
        """The constants that are taken out of the environment, each with the variable that it is."""
        for statement in self._root.named_children:
            for each in statement.named_children if statement.type == "lexical_declaration" else ():
                names, given = each.child_by_field_name("name"), each.child_by_field_name("value")
                if given is not None and names is not None and names.type == "object_pattern":
                    for name in names.named_children if self._places.text(given) == _ENVIRONMENT else ():
                        if name.type == "shorthand_property_identifier_pattern":
                            yield self._places.text(name), self._places.text(name)

    def _variable(self, node: tree_sitter.Node) -> str | None:
        """The variable of the deploying environment that an expression reads."""
        node = _bare(node)
        if node.type == "identifier":
            return self._taken.get(self._places.text(node))
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if node.type != "member_expression" or owner is None or name is None:
            return None
        held = self._places.text(owner)
        constant = self._constants.get(held)
        held = held if constant is None else self._places.text(constant)
        is_environment = held == _ENVIRONMENT or self._imports.get(held) in (
            ("env", "process"),
            ("env", "node:process"),
        )
        return self._places.text(name) if is_environment else None

    def _value(self, node: tree_sitter.Node, depth: int) -> Value | None:
        """What an expression stands for; None where it is null."""
        node = _bare(node)
        span = self._places.span(node)
        self._programs.nodes += 1
        if depth > _DEEPEST:
            return Unknown(span, _UNKNOWN)
        variable = self._variable(node)
        if variable is not None:
            return Known(f"${{env:{variable}}}", span)
        match node.type:
            case "object":
                return self._object(node, span, depth)
            case "array":
                return self._array(node, span, depth)
            case "string" | "template_string":
                return self._text(node, span)
            case "number":
                number = literals.number(self._places.text(node))
                return Unknown(span, _UNKNOWN) if number is None else Known(number, span)
            case kind if kind in _FIXED:
                fixed = _FIXED[kind]
                return None if fixed is None else Known(fixed, span)
            case "identifier" | "shorthand_property_identifier":
                return self._constant(self._places.text(node), span, depth)
            case "member_expression":
                return self._member(node, span, depth)
            case "ternary_expression":
                return self._chosen(node, span, depth)
            case "binary_expression":
                return self._or(node, span, depth)
            case "unary_expression":
                match [self._places.piece(node.start_byte, node.start_byte + 1), self._value(_last(node), depth + 1)]:
                    case ["-", Known(int() | float() as number)] if not isinstance(number, bool):
                        return Known(-number, span)
        return Unknown(span, _UNKNOWN)

    def _chosen(self, node: tree_sitter.Node, span: Span, depth: int) -> Value | None:
        """What a condition decides: what holds either way, or on what is deployed."""
        test, *ways = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        decided = None if test is None else self._decided(test, depth)
        taken = ways if decided is None else ways[:1] if decided else ways[1:]
        values = [None if each is None else self._value(each, depth + 1) for each in taken]
        match values:
            case [only]:
                return only
            case [Sequence(some), Sequence(())] | [Sequence(()), Sequence(some)]:
                return Sequence(some, span, open=True)
            case [Known(one) as found, Known(other)] if one == other and type(one) is type(other):
                return found
            case [None, None]:
                return None
            case [one, other]:
                arms = () if any("${" in str(each) for each in values) else between(one, other)
                return Unknown(span, _UNKNOWN, optional=None in values, arms=arms)
        return Unknown(span, _UNKNOWN)

    def _decided(self, node: tree_sitter.Node, depth: int) -> bool | None:
        """How a test ends on what is deployed that asks whether this is a developer's machine; None for others."""
        node = _bare(node)
        if depth > _DEEPEST:
            return None
        match node.type:
            case "identifier":
                constant = self._constants.get(self._places.text(node))
                return None if constant is None else self._decided(constant, depth + 1)
            case "unary_expression" if self._places.text(node).startswith("!"):
                inner = self._decided(_last(node), depth + 1)
                return None if inner is None else not inner
            case "binary_expression":
                left, operator, right = (node.child_by_field_name(each) for each in ("left", "operator", "right"))
                if left is None or operator is None or right is None or self._variable(left) is None:
                    return None
                equal, asked = _EQUAL.get(self._places.text(operator)), self._value(right, depth + 1)
                if equal is not None and isinstance(asked, Known) and asked.value in _MACHINES:
                    return not equal
        return None

    def _or(self, node: tree_sitter.Node, span: Span, depth: int) -> Value:
        """`process.env.NAME || "text"`, as a template has it: `${env:NAME, 'text'}`."""
        left, operator, right = (node.child_by_field_name(each) for each in ("left", "operator", "right"))
        variable = None if left is None else self._variable(left)
        if variable is None or operator is None or right is None or self._places.text(operator) not in ("||", "??"):
            return Unknown(span, _UNKNOWN)
        match self._value(right, depth + 1):
            case Known(str(text)) if not _SPECIAL.search(text):
                return Known(f"${{env:{variable}, '{text}'}}", span)
            case Known(bool()):
                return Unknown(span, _UNKNOWN)
            case Known(int(number)):
                return Known(f"${{env:{variable}, {number}}}", span)
        return Unknown(span, _UNKNOWN)

    def _constant(self, name: str, span: Span, depth: int) -> Value | None:
        """What a constant of the file stands for, found once; unknown where it leads back to itself."""
        if name not in self._known:
            before = self._programs.nodes
            self._known[name] = (Unknown(span, _UNKNOWN), 1)
            given = self._constants.get(name)
            if given is not None or name in self._imports:
                value = self._from(*self._imports[name], span) if given is None else self._value(given, depth + 1)
                self._known[name] = (value, self._programs.nodes - before)
            return self._known[name][0]
        value, size = self._known[name]
        self._programs.nodes += size
        return value if self._programs.nodes <= _MOST else Unknown(span, _UNKNOWN)

    def _object(self, node: tree_sitter.Node, span: Span, depth: int) -> Value:
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        is_open = False
        for each in node.named_children:
            if each.type == "spread_element":
                given = self._value(_last(each), depth + 1)
                if isinstance(given, Mapping):
                    entries |= given.entries
                    keys |= given.keys
                is_open |= not isinstance(given, Mapping) or given.open
            elif each.type in {"pair", "shorthand_property_identifier", "method_definition"}:
                place = each.child_by_field_name("key") or each.child_by_field_name("name") or each
                name = self._key(place, depth)
                if name is None:
                    is_open = True
                    continue
                written = each if each.type != "pair" else each.child_by_field_name("value") or each
                value = self._value(written, depth + 1)
                entries.pop(name, None)
                keys[name] = self._places.span(place)
                if value is not None:
                    entries[name] = value
        return Mapping(entries, span, keys, open=is_open)

    def _key(self, node: tree_sitter.Node, depth: int) -> str | None:
        if node.type == "computed_property_name":
            found = self._value(node.named_children[0], depth + 1) if node.named_children else None
            return str(found.value) if isinstance(found, Known) else None
        if node.type == "string":
            return literals.text(self._places.text(node)[1:-1])
        return self._places.text(node)

    def _array(self, node: tree_sitter.Node, span: Span, depth: int) -> Value:
        items: list[Value] = []
        is_open = False
        for each in node.named_children:
            if each.type == "spread_element":
                given = self._value(_last(each), depth + 1)
                items += given.items if isinstance(given, Sequence) else ()
                is_open |= not isinstance(given, Sequence) or given.open
            elif each.type != "comment":
                value = self._value(each, depth + 1)
                items += [] if value is None else [value]
        return Sequence(tuple(items), span, open=is_open)

    def _text(self, node: tree_sitter.Node, span: Span) -> Value:
        written = self._places.text(node)[1:-1]
        if any(each.type == "template_substitution" for each in node.named_children):
            start = f"${{{_HANDLER_PATH}}}/"
            if written.startswith(start) and "$" not in written[len(start) :]:
                directory = posixpath.relpath(posixpath.dirname(self._path) or ".", self._programs.directory or ".")
                return Known(posixpath.normpath(f"{directory}/{literals.text(written[len(start) :])}"), span)
            return Unknown(span, _UNKNOWN)
        return Known(literals.text(written), span)

    def _member(self, node: tree_sitter.Node, span: Span, depth: int) -> Value | None:
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        held = None if owner is None else self._value(owner, depth + 1)
        if name is not None and isinstance(held, Mapping) and self._places.text(name) in held.keys:
            return held.entries.get(self._places.text(name))
        return Unknown(span, _UNKNOWN)


def _bare(node: tree_sitter.Node) -> tree_sitter.Node:
    while node.type in _AROUND and node.named_children:
        node = node.named_children[0]
    return node


def _last(node: tree_sitter.Node) -> tree_sitter.Node:
    return node.named_children[-1] if node.named_children else node


def _parser(path: str) -> tree_sitter.Parser:
    if path.endswith("ts"):
        import tree_sitter_typescript

        return tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
