"""How code is mended: the forms that an expression may have, and what each becomes.

An expression of another form is left: what is not known here, nobody rewrites.
"""

from __future__ import annotations

from lambdalint.code.carriers import URLS
from lambdalint.code.value import Call, Constant, Environment, Function, Mapping, Result, Text, Value
from lambdalint.source import Span
from lambdalint.wanted import Change, Fix, Import, Rewriting

_NAME = r"[A-Za-z_$][\w$]*"
_PART = r"""(?:\[(?:"[^"\]]*"|'[^'\]]*'|\d+|[A-Za-z_]\w*)\]|\.[A-Za-z_$][\w$]*)"""
_READ = rf"{_NAME}{_PART}*"
"""A variable, or what stands in it under names."""
_ARGUMENTS = r"[^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*"
"""What stands between the brackets of a call."""


def decoded_key(span: Span, language: str) -> Fix:
    """The fix that the key of an S3 object is decoded where it is read."""
    ends = r"""(?:\[["']key["']\]|\.key|\.get\(["']key["']\))"""
    read = rf"{_READ}{ends}"
    if language == "python":
        changes: tuple[Change, ...] = (
            Rewriting(span, ((read, r"unquote_plus(\g<0>)"),)),
            Import(span.path, "urllib.parse", "unquote_plus"),
        )
        return Fix("decode the key by unquote_plus", changes)
    form = read, r"""decodeURIComponent(\g<0>.replace(/\\+/g, " "))"""
    return Fix("decode the key by decodeURIComponent", (Rewriting(span, (form,)),))


def body_or_empty(span: Span, language: str) -> Fix:
    """The fix that the body of a request that has none is taken for an empty object."""
    if language == "python":
        held = r"""(json\.loads\(\s*)([A-Za-z_]\w*)"""
        forms = (
            (rf"""{held}\[(["'])body\3\](\s*\))""", r"\1\2.get(\3body\3) or \3{}\3\4"),
            (
                rf"""{held}\.get\((["'])body\3(?:,\s*(?:"\{{\}}"|'\{{\}}'|None))?\)(\s*\))""",
                r"\1\2.get(\3body\3) or \3{}\3\4",
            ),
            (r"""(json\.loads\(\s*)([A-Za-z_]\w*)(\s*\))""", r'\1\2 or "{}"\3'),
        )
        return Fix("parse {} where there is no body", (Rewriting(span, forms),))
    form = rf"(JSON\.parse\(\s*)({_NAME}(?:\??\.body)?!?)(\s*\))", r'\1\2 || "{}"\3'
    return Fix("parse {} where there is no body", (Rewriting(span, (form,)),))


def or_empty(span: Span, field: str, language: str) -> Fix:
    """The fix that what is null in an event that has none of it is taken for an empty mapping."""
    if language == "python":
        read = rf"""({_NAME})(?:\[(["']){field}\2\]|\.get\((["']){field}\3(?:,\s*\{{\}})?\))"""
        forms: tuple[tuple[str, str], ...] = (
            (rf"{read}(\.get\(.*\))", rf'(\1.get("{field}") or {{}})\4'),
            (read, rf'(\1.get("{field}") or {{}})'),
        )
    else:
        forms = (
            (rf"({_NAME}\.{field})!?(\.{_NAME}.*)", r"\1?\2"),
            (rf"({_NAME}\.{field})!?(\[.*)", r"\1?.\2"),
            (rf"({_NAME}\.{field})!?", r"(\1 ?? {})"),
        )
    return Fix(f"take {field} for empty where there is none", (Rewriting(span, forms),), safe=False)


def lowered_header(span: Span, name: str) -> Fix:
    """The fix that a header is asked for in lower case."""
    quoted = rf"""(.*)(["']){name}\2(.*)"""
    forms = ((quoted, rf"\1\2{name.lower()}\2\3"), (rf"(.*\.){name}", rf"\1{name.lower()}"))
    return Fix(f"ask for {name.lower()}", (Rewriting(span, forms),))


def respelt(span: Span, before: str, after: str, *, safe: bool = True) -> Fix:
    """The fix that a name in code, or in a text of it, is spelt otherwise."""
    form = rf"((?:(?!\b{before}\b).)*)\b{before}\b((?:(?!\b{before}\b).)*)", rf"\g<1>{after}\g<2>"
    return Fix(f"write {after} for {before}", (Rewriting(span, (form,)),), safe)


def given(span: Span, name: str, argument: str, *, safe: bool = True) -> Fix:
    """The fix that a call is given an argument by name, in Python."""
    forms = _with_more(rf"{_NAME}(?:\.{_NAME})*\(", _ARGUMENTS, argument)
    return Fix(f"give {name} {argument}", (Rewriting(span, forms),), safe)


def ended(asked: Call, seconds: int, language: str) -> Fix | None:
    """The fix that a call waits for a server for some seconds only; None where nobody knows how to tell it."""
    span, name, arguments = asked.span, asked.name, len(asked.arguments)
    if language == "python":
        call = rf"{_NAME}(?:\.{_NAME})*(?:\(\))?(?:\.{_NAME})*\("
        forms = _with_more(f"{_UNTOLD}{call}", ".*", f"timeout={seconds}")
        known = not name.endswith((".urlretrieve", ".Transport"))
    else:
        by_signal = name.endswith(("js:fetch", "undici.fetch", "node-fetch"))
        option = f"signal: AbortSignal.timeout({seconds * 1000})" if by_signal else f"timeout: {seconds * 1000}"
        by_itself = name in ("npm:axios", "npm:axios.request") and arguments == 1
        at = 0 if by_itself else 2 if name.endswith((".post", ".put", ".patch")) else 1
        options = rf"\{{(?:[^{{}}]|{_BRACES})*\}}"
        among = rf"{_UNTOLD}(.*?[(,]\s*(?={options},?\s*\)$)\{{)(\s*)(.*)", rf"\1\2{option},\2\3"
        more = _with_more(rf"{_UNTOLD}[^(]*\(", ".*", f"{{ {option} }}")
        forms = more if arguments == at else (among,)
        known = arguments in (at, at + 1) and (by_signal or name.startswith("npm:axios"))
        if name.startswith(("node:http.", "node:https.")):
            forms = _with_signal(asked, f"signal: AbortSignal.timeout({seconds * 1000})")
            known = bool(forms)
    return Fix(f"wait {seconds} s at most", (Rewriting(span, forms),), safe=False) if known else None


def _with_signal(asked: Call, signal: str) -> tuple[tuple[str, str], ...]:
    """The forms of a request of Node.js that is to be given a signal; its own `timeout` only tells, and ends nothing.

    What it is given is to be known: options, or an address and options behind it.
    """
    call = rf"({_NAME}(?:\.{_NAME})*\(\s*"
    match [*map(_kind, asked.arguments)]:
        case ["options", *_]:
            pass
        case ["address", "options", *_]:
            call += rf"{_ADDRESS}\s*,\s*"
        case ["address"] | ["address", "function"]:
            return ((rf"{call}{_ADDRESS})(\s*[,)].*)", rf"\1, {{ {signal} }}\2"),)
        case _:
            return ()
    return (
        (rf"{call}\{{)(?!(?:[^{{}}]|{_BRACES})*\bsignal\b)(\s*)(.*)", rf"\1\2{signal},\2\3"),
        (rf"{call})({_NAME})(\s*[,)].*)", rf"\1{{ ...\2, {signal} }}\3"),
    )


def _kind(value: Value) -> str:
    """What an argument of a request is taken for; "" where that is not known."""
    match value:
        case Mapping():
            return "options"
        case Constant(str()) | Text() | Environment():
            return "address"
        case Result(Call(name=name)) if name in URLS:
            return "address"
        case Function():
            return "function"
        case _:
            return ""


_ADDRESS = rf"""(?:"[^"\n]*"|'[^'\n]*'|`[^`]*`|{_READ})"""


def _with_more(call: str, arguments: str, argument: str) -> tuple[tuple[str, str], ...]:
    """The forms of a call that is to be given one more argument, in a line for itself where the others have theirs."""
    return (
        (rf"({call})\s*\)", rf"\g<1>{argument})"),
        (
            rf"({call})(\r?\n[ \t]+)({arguments}(?<![\s,]))(,?)(\s*)\)",
            rf"\g<1>\g<2>\g<3>,\g<2>{argument}\g<4>\g<5>)",
        ),
        (rf"({call}{arguments}(?<![\s,])),?(\s*)\)", rf"\g<1>, {argument}\g<2>)"),
    )


_UNTOLD = r"(?!.*(?:\btimeout\b|\bsignal\b|\*\*|\.\.\.|#|//\s))"
"""That a call says nothing of how long to wait, hands on nothing that may, and has no comment."""
_BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"


def level_set(span: Span) -> Fix:
    """The fix that the level of the root logger is set which the runtime has set up, in place of a handler for it."""
    form = rf"logging\.basicConfig\(\s*level\s*=\s*({_NAME}(?:\.{_NAME})*(?:\({_ARGUMENTS}\))?)\s*,?\s*\)"
    return Fix("set the level of the root logger", (Rewriting(span, ((form, r"logging.getLogger().setLevel(\1)"),)),))


def data_decoded(span: Span, language: str) -> Fix:
    """The fix that the data of a record of Kinesis is decoded before it is parsed."""
    if language == "python":
        changes: tuple[Change, ...] = (
            Rewriting(span, ((rf"(json\.loads\(\s*)({_READ})(\s*\))", r"\1b64decode(\2)\3"),)),
            Import(span.path, "base64", "b64decode"),
        )
        return Fix("decode the data by b64decode", changes)
    form = rf"(JSON\.parse\(\s*)({_READ})(\s*\))", r'\1Buffer.from(\2, "base64").toString("utf8")\3'
    return Fix("decode the data by Buffer.from", (Rewriting(span, (form,)),))


def identified(span: Span, right: tuple[str, ...], language: str) -> Fix:
    """The fix that an item of `batchItemFailures` names its record by the part that Lambda looks for."""
    python = language == "python"
    part = r"""(?:\[(?:"\w+"|'\w+')\])""" if python else _PART
    own = "".join(f'["{each}"]' if python else f".{each}" for each in right)
    form = (
        rf"""(\{{\s*)(["']?)\w+\2(\s*:\s*)({_NAME}){part}+(\s*,?\s*\}})""",
        rf"\1\2itemIdentifier\2\3\4{own}\5",
    )
    return Fix(f"name the record by its {'.'.join(right)}", (Rewriting(span, (form,)),))
