"""Settings: classes whose objects read an environment variable for each of their fields.

https://docs.pydantic.dev/latest/concepts/pydantic_settings/
"""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Class, Constant, Imported, Mapping, Result, Value

_HARMLESS = frozenset({
    "env_prefix", "case_sensitive", "extra", "frozen", "validate_default", "validate_assignment", "env_ignore_empty",
    "str_strip_whitespace", "populate_by_name", "arbitrary_types_allowed", "use_enum_values", "allow_mutation",
})  # fmt: skip
"""What may be configured without another place that values come from."""

_DEFAULTS = ("default", "default_factory")
_ALIASES = ("validation_alias", "alias", "env")


def read(run: Run, of: Class, arguments: Arguments) -> None:
    """Note the variables that making an object of a class reads for certain: those of fields without a default."""
    config = _config(of)
    customised = any(of.lookup(name) is not None for name in ("settings_customise_sources", "__init__", "__new__"))
    if config is None or customised or not config.keys() <= _HARMLESS or arguments.positional or arguments.open:
        return
    prefix = config.get("env_prefix", Constant(""))
    if not isinstance(prefix, Constant):
        return
    refused = any(each.endswith(("ValidationError", "ValueError")) for each in run.here.caught)
    for name, kind in fields(of).items():
        variable = _variable(of, name, str(prefix.value))
        # What has a type of several parts may be without a value, or be made of several variables.
        plain = isinstance(kind, ir.Name) and not name.startswith("_")
        if variable and plain and name not in arguments.keywords:
            run.read_environment(variable.upper(), kind.span, optional=refused, any_case=True)


def _config(of: Class) -> dict[str, Value] | None:
    """What a class says of where its values come from; None where that is not known."""
    given = of.lookup("model_config") or of.lookup("Config")
    match given:
        case None:
            return {}
        case Class(scope=scope):
            return dict(scope.names)
        case Result(call) if call.receiver is None and not call.arguments and not call.open:
            return dict(call.keywords)
        case Mapping(entries=entries, open=False):
            return dict(entries)
        case _:
            return None


def fields(of: Class) -> dict[str, ir.Expression]:
    """The names that a class and its project bases declare, each with its type."""
    found: dict[str, ir.Expression] = {}
    for base in of.bases:
        if isinstance(base, Class) and base is not of:
            found |= fields(base)
    return found | dict(of.node.fields)


def _variable(of: Class, name: str, prefix: str) -> str:
    """The variable that a field without a default is read from; "" where it has a default, or may."""
    match of.lookup(name):
        case None:
            return f"{prefix}{name}"
        case Result(call) if call.name in idioms.FIELDS and not call.arguments and not call.open:
            if any(each in call.keywords for each in _DEFAULTS):
                return ""
            alias = next((call.keywords[each] for each in _ALIASES if each in call.keywords), Constant(prefix + name))
            return alias.value if isinstance(alias, Constant) and isinstance(alias.value, str) else ""
        case _:
            return ""


def reads(of: Class) -> bool:
    """Whether objects of a class read variables for their fields."""
    return bool(of.bases) and all(
        reads(base) if isinstance(base, Class) else isinstance(base, Imported) and base.name in idioms.SETTINGS
        for base in of.bases
    )
