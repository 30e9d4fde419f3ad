"""Data sources whose values the configuration itself tells."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import joined
from lambdalint.templates.hcl.evaluate import rendered, value
from lambdalint.templates.terraform import policies
from lambdalint.templates.terraform.tree import Instance
from lambdalint.templates.value import FROM_STACK, FROM_STORE, Known, Mapping, Reference, Text, Unknown, Value


def attribute(instance: Instance, name: str, span: Span) -> Value | None:
    """What `data.type.name.attribute` stands for."""
    reader = _READERS.get((instance.kind.removeprefix("data."), name))
    if reader is not None:
        return reader(instance, span)
    if name in instance.block.attributes:
        return value(instance.block.attributes[name].expression, instance.scope)
    return Unknown(span, instance.address)


def argument(instance: Instance, name: str) -> Value | None:
    """What is given for an argument of a block."""
    given = instance.block.attributes.get(name)
    return None if given is None else value(given.expression, instance.scope)


def _policy_document(instance: Instance, span: Span) -> Value | None:  # noqa: ARG001
    return policies.policy_document(instance)


def _archive(instance: Instance, span: Span) -> Value | None:
    """The archive itself: whoever is given its path wants what is in it."""
    return Reference(instance.address, "output_path", span)


def _hash(name: str) -> Callable[[Instance, Span], Value]:
    """What only the content of an archive decides: the same wherever it is named."""
    return lambda instance, span: Reference(instance.address, name, span)


def _template(instance: Instance, span: Span) -> Value | None:
    template, names = argument(instance, "template"), argument(instance, "vars")
    if not isinstance(template, Known | Text):
        return Unknown(span, "template_file")
    source = instance.scope.file_at(template.span.path)
    if source is None or not isinstance(template, Known) or template.value != source.text:
        return template
    return rendered(source, dict(names.entries) if isinstance(names, Mapping) else {}, instance.scope)


def _content(instance: Instance, span: Span) -> Value | None:
    match argument(instance, "filename"):
        case Known(value=str() as path) if (source := instance.scope.file(path)) is not None:
            return Known(source.text, Span(source.path, 1, 1, len(source.lines) + 1, 1))
        case _:
            return Unknown(span, "local_file")


def _bucket(instance: Instance, span: Span) -> Value | None:
    """The name of a bucket that is looked up by its name."""
    return argument(instance, "bucket") or Unknown(span, "aws_s3_bucket")


def _policy_arn(instance: Instance, span: Span) -> Value | None:
    """A managed policy that is looked up: AWS's, whose name says what it is, in nearly all cases."""
    return argument(instance, "arn") or argument(instance, "name") or Unknown(span, "aws_iam_policy")


def _arn(name: str, shape: str) -> Callable[[Instance, Span], Value | None]:
    """The ARN of what is looked up by its name, which another deployment may make."""

    def read(instance: Instance, span: Span) -> Value | None:
        called = argument(instance, name)
        if not isinstance(called, Known | Text):
            return Unknown(span, instance.address)
        told: list[Value] = [Known(shape, span), called]
        if "**" in shape:
            before, _, behind = shape.partition("**")
            own = Unknown(span, instance.address)
            told = [Known(before, span), own, Known(":", span), own, Known(behind, span), called]
        return joined(told, span)

    return read


def _url(instance: Instance, span: Span) -> Value | None:
    """The URL of a queue that is looked up by its name."""
    called, own = argument(instance, "name"), Unknown(span, instance.address)
    if not isinstance(called, Known | Text):
        return own
    parts: list[Value] = [
        Known("https://sqs.", span),
        own,
        Known(".amazonaws.com/", span),
        own,
        Known("/", span),
        called,
    ]
    return joined(parts, span)


def _stored(instance: Instance, span: Span) -> Value | None:
    """The value of a parameter of SSM."""
    named = argument(instance, "name")
    told = (FROM_STORE, named.value) if isinstance(named, Known) and isinstance(named.value, str) else None
    return Unknown(span, instance.address, elsewhere=told)


def outputs(instance: Instance, span: Span) -> Value | None:
    """The outputs of a stack, whose template tells each of them."""
    return Unknown(span, instance.address, elsewhere=(FROM_STACK, ""))


_HASHES = (
    "output_md5", "output_sha", "output_sha256", "output_sha512", "output_base64sha256", "output_base64sha512",
)  # fmt: skip
_FUNCTION = _arn("function_name", "arn:aws:lambda:**:function:")
_READERS: dict[tuple[str, str], Callable[[Instance, Span], Value | None]] = {
    ("aws_iam_policy_document", "json"): _policy_document,
    ("aws_iam_policy_document", "minified_json"): _policy_document,
    ("aws_iam_policy", "arn"): _policy_arn,
    ("aws_iam_policy", "id"): _policy_arn,
    ("aws_s3_bucket", "id"): _bucket,
    **{("aws_lambda_function", each): _FUNCTION for each in ("arn", "id", "invoke_arn", "qualified_arn")},
    ("aws_sqs_queue", "arn"): _arn("name", "arn:aws:sqs:**:"),
    ("aws_sqs_queue", "url"): _url,
    ("aws_sqs_queue", "id"): _url,
    ("aws_sns_topic", "arn"): _arn("name", "arn:aws:sns:**:"),
    ("aws_sns_topic", "id"): _arn("name", "arn:aws:sns:**:"),
    ("aws_dynamodb_table", "arn"): _arn("name", "arn:aws:dynamodb:**:table/"),
    ("aws_kinesis_stream", "arn"): _arn("name", "arn:aws:kinesis:**:stream/"),
    ("aws_sfn_state_machine", "arn"): _arn("name", "arn:aws:states:**:stateMachine:"),
    ("aws_s3_bucket", "arn"): _arn("bucket", "arn:aws:s3:::"),
    ("aws_cloudformation_stack", "outputs"): outputs,
    ("aws_ssm_parameter", "value"): _stored,
    ("aws_ssm_parameter", "insecure_value"): _stored,
    ("archive_file", "output_path"): _archive,
    ("archive_file", "id"): _archive,
    **{("archive_file", each): _hash(each) for each in _HASHES},
    ("template_file", "rendered"): _template,
    ("local_file", "content"): _content,
}
