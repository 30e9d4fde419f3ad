"""Where the code of a function lies: archives, objects in S3, images, files.

A path is told from the directory of the file that says it, whatever directory Terraform takes it from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.hcl.documents import code as source_code
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.steps import each_of
from lambdalint.templates.hcl.syntax import Attribute, Block, Call
from lambdalint.templates.terraform.data import argument
from lambdalint.templates.terraform.files import within
from lambdalint.templates.terraform.spelling import ignored, nested
from lambdalint.templates.terraform.tree import OBJECTS, Instance, Module, Tree
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value


def code(instance: Instance) -> tuple[str, Value | None]:
    """The argument that says where a function's code is, and `Code` as CloudFormation has it."""
    for name, find in (("filename", _file), ("image_uri", _image), ("s3_key", _object)):
        given = argument(instance, name)
        if given is not None:
            return name, find(instance, given)
    return "", None


_CODE = frozenset({"filename", "source_code_hash", "s3_bucket", "s3_key", "s3_object_version", "image_uri"})


def leaves_code(instance: Instance) -> bool:
    """Whether Terraform is told to look away where something else has deployed other code."""
    return any(name in _CODE for name, _ in ignored(instance.block))


_MARKS = frozenset({"source_code_hash", "code_sha256", "s3_object_version", "image_uri"})
"""The arguments that change with a function's code."""

_REPLACING = "replace_triggered_by"

_CHANGING = pattern(
    r"(?i)\d+[._-]\d+|\bv\d|[0-9a-f]{7,}|\d{4,}"
    r"|placeholder|dummy|empty|stub|bootstrap|initial|sample|hello|fake|noop|no-op|blank|template|example|default"
)
"""What in the name of an archive is a version or a hash, or says that other code comes in its place."""


def unmarked(instance: Instance) -> Attribute | None:
    """The argument by which alone a function's code is named, where it stays as it is when the code changes.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
    """
    block, tree = instance.block, instance.module.tree
    if _MARKS & block.attributes.keys() or leaves_code(instance) or _is_replaced(block):
        return None
    for name in ("filename", "s3_key"):
        given = argument(instance, name)
        archive = _archive_of(given, tree) if name == "filename" else None
        if archive is not None:
            if not {"source_dir", "source_file"} & archive.block.attributes.keys():
                return None  # What is written out in the template mostly holds a place for other code.
            named, holders = argument(archive, "output_path"), [archive, instance]
        else:
            named, holders = given, [instance, *(each for each in tree.instances.values() if each.kind in OBJECTS)]
        if named is None:
            continue
        if name == "filename" and isinstance(named, Known) and not posixpath.splitext(str(named.value))[1]:
            return None  # No archive by its name: it holds a place.
        constant = isinstance(named, Known) and not named.origin and not _CHANGING.search(str(named.value))
        # What stands elsewhere comes from a variable, which may be another one each time.
        local = instance.module.declarations.blocks.get("locals", ())
        blocks = (*(each.block for each in holders), *local)
        here = any(each.extent.covers(named.span) for each in blocks)
        return block.attributes[name] if constant and here else None
    return None


def _is_replaced(block: Block) -> bool:
    """Whether something else makes Terraform put a function in the place of the one that is there."""
    return any(_REPLACING in inner.attributes for inner in block.blocks if inner.kind == "lifecycle")


def _image(instance: Instance, given: Value) -> Value:  # noqa: ARG001
    return Mapping({"ImageUri": given}, given.span, {"ImageUri": given.span})


def _file(instance: Instance, given: Value) -> Value:
    return package(given, instance)


def package(given: Value, instance: Instance) -> Value:
    """A deployment package: what an archive is made of, or the archive itself."""
    made = _archive_of(given, instance.module.tree)
    if made is not None:
        return archived(made, given.span)
    match given:
        case Known(value=str() as path):
            return local(path, instance.module.tree, given)
        case _:
            # A text that a deployment begins still says what the archive is called.
            return given if isinstance(given, Unknown | Text) else Unknown(given.span, "a path")


def _archive_of(given: Value | None, tree: Tree) -> Instance | None:
    """The archive that a path is written by; None where that is not known."""
    match given:
        case Reference(resource, "output_path"):
            return tree.instances.get(resource)
        case Known(value=str() as path):
            return _made_at(tree, path)
        case _:
            return None


def takes_directory(instance: Instance) -> bool:
    """Whether a function's archive is made of a directory as it lies there: it waits for nothing that fills it."""
    made = _archive_of(argument(instance, "filename"), instance.module.tree)
    return made is not None and "depends_on" not in made.block.attributes and argument(made, "source_dir") is not None


def local(path: str, tree: Tree, given: Known) -> Value:
    """A path of this machine, as it stands from the file that says it."""
    if path.startswith("/"):
        return Unknown(given.span, "a path of one machine")
    here = posixpath.dirname(given.span.path) or "."
    return replace(given, value=posixpath.relpath(within(tree.directory, path) or ".", here))


def _made_at(tree: Tree, path: str) -> Instance | None:
    """The archive that is written to a path."""
    for module in tree.read:
        if module not in tree.archives:
            tree.archives[module] = dict(_archives(module))
        found = tree.archives[module].get(posixpath.normpath(path))
        if found is not None:
            return found
    return None


def _archives(module: Module) -> Iterator[tuple[str, Instance]]:
    """The archives that a module declares, by the paths that they are written to."""
    for archive in _declared(module, ("archive_file",)):
        written = argument(archive, "output_path")
        if isinstance(written, Known):
            yield posixpath.normpath(str(written.value)), archive


def _declared(module: Module, kinds: Container[str]) -> Iterator[Instance]:
    """The resources and data sources of some kinds that a module declares."""
    for declared, prefix in ((module.declarations.data, "data."), (module.declarations.resources, "")):
        for (kind, name), block in declared.items():
            if kind not in kinds:
                continue
            expanded = module.expanded(prefix + kind, name, block.span)
            for each in (expanded,) if isinstance(expanded, Reference) else each_of(expanded):
                if isinstance(each, Reference) and each.resource in module.tree.instances:
                    yield module.tree.instances[each.resource]


def archived(archive: Instance, span: Span) -> Value:
    """What an `archive_file` puts in: a directory, or files under the names that they have in the archive."""
    tree = archive.module.tree
    match argument(archive, "source_dir"):
        case Known(value=str() as path) as given:
            return local(path, tree, given)
        case None:
            pass
        case other:
            return Unknown(other.span, "source_dir")
    match argument(archive, "source_file"):
        case Known(value=str() as path) as given:
            return _archive({posixpath.basename(path): local(path, tree, given)}, given.span)
        case None:
            pass
        case other:
            return Unknown(other.span, "source_file")
    rows = [(each.body, each.scope) for each in nested(archive.block, archive.scope).get("source", [])]
    names = ("content", "filename")
    if not rows and "source_content" in archive.block.attributes:
        rows, names = [(archive.block, archive.scope)], ("source_content", "source_content_filename")
    files: dict[str, Value] = {}
    for block, scope in rows:
        called = _evaluated(block, scope, names[1])
        if block is None or not isinstance(called, Known):
            return Unknown(span, "archive_file")
        files[str(called.value)] = _content(block, scope, names[0], str(called.value))
    return _archive(files, span) if files else Unknown(span, "archive_file")


def _archive(files: dict[str, Value], span: Span) -> Mapping:
    inner = Mapping(files, span, {name: each.span for name, each in files.items()})
    return Mapping({"Files": inner}, span, {"Files": span})


def _content(block: Block, scope: Scope, name: str, called: str) -> Value:
    """A file of an archive: source code that is written here, or the path of another file."""
    given, found = block.attributes.get(name), _evaluated(block, scope, name)
    if given is None or found is None:
        return Unknown(block.span, name)
    if found.span.path != given.span.path:
        # `file()` and `templatefile()`: the code stands in a file of its own.
        return Known(posixpath.relpath(found.span.path, posixpath.dirname(given.span.path) or "."), given.span)
    return source_code(found, scope, called)


def _evaluated(block: Block | None, scope: Scope, name: str) -> Value | None:
    given = None if block is None else block.attributes.get(name)
    return None if given is None else value(given.expression, scope)


def _object(instance: Instance, given: Value) -> Value:
    """An object in S3: what the same configuration uploads, else an object from elsewhere."""
    bucket = argument(instance, "s3_bucket")
    uploaded = _uploaded(instance.module.tree, given, bucket)
    found = None if uploaded is None else _content_of(uploaded)
    if found is not None and not isinstance(found, Unknown):
        return found
    entries = {"S3Key": given} | ({"S3Bucket": bucket} if bucket is not None else {})
    return Mapping(entries, given.span, {name: each.span for name, each in entries.items()})


def _uploaded(tree: Tree, key: Value, bucket: Value | None) -> Instance | None:
    """The one object that the configuration puts under a key into a bucket."""
    named = tree.instances.get(key.resource) if isinstance(key, Reference) else None
    if named is not None and named.kind in OBJECTS:
        return named
    found = [
        each
        for each in _objects(tree)
        if same(argument(each, "key"), key) and not _differ(argument(each, "bucket"), bucket)
    ]
    return found[0] if len(found) == 1 else None


def _objects(tree: Tree) -> Iterator[Instance]:
    """All objects that the configuration puts into S3."""
    for module in tree.read:
        if module not in tree.objects:
            tree.objects[module] = tuple(_declared(module, OBJECTS))
        yield from tree.objects[module]


def _differ(one: Value | None, other: Value | None) -> bool:
    """Whether two buckets are certainly not the same: each is known, and not as the other is."""
    known = isinstance(one, Known | Reference) and isinstance(other, Known | Reference)
    return known and type(one) is type(other) and not same(one, other)


def _content_of(uploaded: Instance) -> Value | None:
    """What an object is made of: a file, or the content of one."""
    source = argument(uploaded, "source")
    if source is not None:
        return package(source, uploaded)
    match uploaded.block.attributes.get("content_base64"):
        case Attribute(expression=Call("filebase64", (path,))):
            found = value(path, uploaded.scope)
            return None if found is None else package(found, uploaded)
        case _:
            return None
