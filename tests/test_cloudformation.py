"""CloudFormation templates: what is taken for one, and what its functions come to."""

import posixpath
from textwrap import dedent

import pytest

from lambdalint.source import Source, Span, Texts, UnreadableSource
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Text, Unknown, Value


def deployments(texts: dict[str, str], **parameters: str | int) -> list[Deployment]:
    sources = Texts({path: dedent(text) for path, text in texts.items()})
    return read(sources, sorted(texts), parameters)


def deployment(text: str, **parameters: str | int) -> Deployment:
    (found,) = deployments({"template.yaml": text}, **parameters)
    return found


def resources(text: str, **parameters: str | int) -> dict[str, Resource]:
    return {resource.name: resource for resource in deployment(text, **parameters).resources}


def value(written: str, sections: str = "", **parameters: str | int) -> Value | None:
    """What a property `P` of a template comes to that is written in one line."""
    jobs = "  Jobs:\n    Type: AWS::SQS::Queue\n"
    asked = f"  X:\n    Type: AWS::Y::Z\n    Properties:\n      P: {written}\n"
    text = f"{dedent(sections)}\nResources:\n{jobs}{asked}"
    (found,) = deployments({"template.yaml": text}, **parameters)
    return next(resource for resource in found.resources if resource.name == "X").get("P")


def plain(found: Value | None) -> object:
    """A value without its places."""
    match found:
        case Known(value=inner):
            return inner
        case Reference(resource, attribute):
            return f"<{resource}.{attribute}>" if attribute else f"<{resource}>"
        case Text(parts):
            return [plain(part) for part in parts]
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {name: plain(item) for name, item in entries.items()}
        case Unknown():
            return ...
        case _:
            return None


STAGE = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Limit: {Type: Number, Default: 60}
  Open: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Size: {Type: String, Default: small, AllowedValues: [small, large]}
Mappings:
  Limits:
    dev: {timeout: 10, same: 1, only: 5}
    prod: {timeout: 60, same: 1, list: [a, b]}
Conditions:
  Always: !Equals [a, a]
  Never: !Equals [a, b]
  Dev: !Equals [!Ref Stage, dev]
  Here: !Equals [!Ref AWS::Region, eu-west-1]
  Medium: !Equals [!Ref Size, medium]
  Small: !Equals [!Ref Size, small]
  Loop: !Not [!Condition Loop]
"""


class TestClaim:
    @pytest.mark.parametrize(
        "path", ["a.yaml", "a.yml", "b/a.json", "a.template", "a.yml.j2", "cdk.out/A.template.json"]
    )
    def test_a_template_is_known_by_its_content(self, path: str) -> None:
        (found,) = deployments({path: '{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}'})
        assert (found.path, found.dialect, found.paths) == (path, "cloudformation", (path,))

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("a.md", "Resources:\n  A: {Type: 'AWS::SQS::Queue'}"),
            ("a.yaml", ""),
            ("a.yaml", "Resources:"),
            ("a.yaml", "Resources: {}\n# AWS::"),
            ("a.yaml", "Resources: []\n# AWS::"),
            ("a.yaml", "Resources: text\n# AWS::"),
            ("a.yaml", "Resources:\n  A: AWS::SQS::Queue"),
            ("a.yaml", "Resources:\n  A: {Type: Deployment}\n# AWS::"),
            ("a.yaml", "resources:\n  Resources:\n    A: {Type: 'AWS::SQS::Queue'}"),
            ("service-2.json", '{"shapes": {"Resources": {"type": "list"}, "documentation": "AWS::SQS::Queue"}}'),
            ("a.yaml", "- Resources: AWS::"),
            ("a.yaml", "AWS::: Resources"),
            ("broken.yaml", "{{ AWS:: } Resources [ "),
            ("broken.yaml", "Resources:\n  a: ["),
        ],
    )
    def test_a_look_alike_is_none_of_our_business(self, path: str, text: str) -> None:
        assert deployments({path: text}) == []

    def test_a_broken_template_is_told_once(self) -> None:
        found = deployment("Resources:\n  A:\n    Type: AWS::SQS::Queue\n  {% for x in y %}\n")
        assert found.resources == ()
        ((span, why),) = found.unreadable
        assert (span.path, span.line) == ("template.yaml", 4)
        assert why.startswith("not valid YAML: ")

    def test_bytes_that_are_no_text_are_told_of_a_template_only(self) -> None:
        class Binary(Texts):
            def read(self, path: str) -> Source | None:
                raise UnreadableSource(Span.top(path), "not UTF-8")

        found = read(Binary({}), ["a.yaml", "b.template", "c/template.yaml", "d.png"], {})
        assert [deployment.path for deployment in found] == ["b.template", "c/template.yaml"]

    def test_a_file_that_is_gone_is_passed_over(self) -> None:
        assert read(Texts({}), ["template.yaml"], {}) == []

    def test_sam_is_known_by_its_transform_its_types_or_its_connectors(self) -> None:
        queue = "Resources: {A: {Type: 'AWS::SQS::Queue'}}"
        assert deployment(f"Transform: AWS::Serverless-2016-10-31\n{queue}").dialect == "sam"
        assert deployment(f"Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n{queue}").dialect == "sam"
        assert deployment("Resources: {A: {Type: 'AWS::Serverless::SimpleTable'}}").dialect == "sam"
        assert deployment("Resources: {A: {Type: 'AWS::SQS::Queue', Connectors: {}}}").dialect == "sam"
        assert deployment(f"Transform: AWS::LanguageExtensions\n{queue}").dialect == "cloudformation"

    def test_deployments_come_in_the_order_of_the_paths(self) -> None:
        good, bad = "Resources: {A: {Type: 'AWS::SQS::Queue'}}", "Resources:\n  A: {Type: 'AWS::SQS::Queue'"
        found = deployments({"a.yaml": good, "b.yaml": bad, "c.yaml": good})
        assert [deployment.path for deployment in found] == ["a.yaml", "b.yaml", "c.yaml"]


class TestShapes:
    def test_what_is_plainly_wrong_is_told_and_the_rest_is_read(self) -> None:
        found = deployment("""\
            AWSTemplateFormatVersion: 2010-09-09
            Resources:
              Text: AWS::SQS::Queue
              Nothing:
              Listed: [1]
              Typeless: {Properties: {A: 1}}
              Odd: {Type: 'AWS::SQS::Queue', Properties: [1]}
              Good: {Type: 'AWS::SQS::Queue'}
              1: {Type: 'AWS::SNS::Topic'}
            """)
        assert [(span.line, why) for span, why in found.unreadable] == [
            (3, "resource Text is not a mapping"),
            (4, "resource Nothing is not a mapping"),
            (5, "resource Listed is not a mapping"),
            (6, "resource Typeless has no Type"),
            (7, "Properties of Odd is not a mapping"),
        ]
        assert [resource.name for resource in found.resources] == ["Odd", "Good", "1"]

    def test_resources_that_are_a_list_are_told(self) -> None:
        found = deployment("AWSTemplateFormatVersion: 2010-09-09\nResources:\n- Type: AWS::SQS::Queue\n")
        assert [why for _, why in found.unreadable] == ["Resources is not a mapping"]

    def test_a_resource_without_properties_has_none_set(self) -> None:
        (queue,) = deployment("Resources: {A: {Type: 'AWS::SQS::Queue', Properties: }}").resources
        assert queue.get("VisibilityTimeout") is None

    def test_the_resources_of_a_loop_are_not_seen(self) -> None:
        found = resources("""\
            Transform: AWS::LanguageExtensions
            Resources:
              Fn::ForEach::Queues: [Name, [a, b], {'Queue${Name}': {Type: 'AWS::SQS::Queue'}}]
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
              Good:
                Type: AWS::SQS::Queue
                Properties:
                  Fn::ForEach::Tags: [a, [b], {}]
                  DelaySeconds: 1
            """)
        assert list(found) == ["Good"]
        assert plain(found["Good"].get("DelaySeconds")) == 1
        assert plain(found["Good"].get("VisibilityTimeout")) is ...

    def test_a_resource_has_the_place_of_its_key_and_the_stretch_of_its_block(self) -> None:
        found = resources("Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Metadata: {x: !Ref A}\n\n# end\n")["A"]
        assert found.span == Span("template.yaml", 2, 3, 2, 4)
        assert found.extent == Span("template.yaml", 2, 3, 4, 26)
        assert found.metadata is not None
        assert plain(found.metadata) == {"x": "<A>"}
        assert not found.generated


class TestInclude:
    TEMPLATE = """
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
          X:
            Type: AWS::Y::Z
            Properties:
              P:
                Fn::Transform: {Name: %s, Parameters: {Location: %s}}
    """

    def included(self, name: str, location: str, snippet: str) -> object:
        texts = {"app/template.yaml": self.TEMPLATE % (name, location), "app/snippet.yaml": snippet}
        found = next(each for each in deployments(texts) if each.path == "app/template.yaml")
        return plain(next(each for each in found.resources if each.name == "X").get("P"))

    def test_a_file_is_put_in_and_its_functions_are_those_of_the_template(self) -> None:
        found = self.included("AWS::Include", "snippet.yaml", "one: {Ref: Jobs}")
        assert found == {"one": plain(Reference("Jobs", "", Span.top("")))}

    @pytest.mark.parametrize(
        "location",
        [
            "s3://bucket/snippet.yaml",
            "s3://%%BUCKET%%/%%VERSION%%/snippet.yaml",
            "{Fn::Sub: 's3://assets-${AWS::Region}/1.0/snippet.yaml'}",
        ],
    )
    def test_what_is_in_a_bucket_was_put_there_from_beside_the_template(self, location: str) -> None:
        assert self.included("AWS::Include", location, "one: 1") == {"one": 1}

    @pytest.mark.parametrize(
        ("name", "location"),
        [
            ("AWS::Include", "s3://bucket/gone.yaml"),
            ("AWS::Include", "gone.yaml"),
            ("AWS::Include", "template.yaml"),
            ("Mine", "snippet.yaml"),
        ],
    )
    def test_what_is_not_at_hand_is_unknown(self, name: str, location: str) -> None:
        assert self.included(name, location, "one: 1") == self.included(name, "{Ref: AWS::Region}", "one: 1")

    def test_files_that_include_each_other_end(self) -> None:
        inner = "one: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: snippet.yaml}}}"
        unknown = self.included("Mine", "snippet.yaml", "one: 1")
        assert self.included("AWS::Include", "snippet.yaml", inner) == {"one": unknown}


class TestFunctions:
    @pytest.mark.parametrize(
        ("written", "comes_to"),
        [
            ("60", 60),
            ("'60'", "60"),
            ("!Ref Jobs", "<Jobs>"),
            ("{Ref: Jobs}", "<Jobs>"),
            ("!GetAtt Jobs.Arn", "<Jobs.Arn>"),
            ("{'Fn::GetAtt': [Jobs, Arn]}", "<Jobs.Arn>"),
            ("!GetAtt [Jobs, A.B]", "<Jobs.A.B>"),
            ("!Sub '${Jobs.Arn}'", "<Jobs.Arn>"),
            ("!Sub '${Jobs}'", "<Jobs>"),
            ("!Sub ['${Q}', {Q: !GetAtt Jobs.Arn}]", "<Jobs.Arn>"),
            ("!Sub 'a-${Jobs}-b'", ["a-", "<Jobs>", "-b"]),
            ("!Sub 'a-${!Jobs}-${Stage}'", "a-${Jobs}-dev"),
            ("!Sub '${Stage}-${AWS::Region}'", ["dev-", ...]),
            ("!Sub 'no hole ${'", "no hole ${"),
            ("!Sub '${}'", "${}"),
            ("!Sub [a]", "a"),
            ("!Sub 5", 5),
            ("!Sub ''", ""),
            ("!Sub 'arn:${AWS::Partition}:iam'", "arn:aws:iam"),
            ("!Join [':', [a, !Ref Limit, true]]", "a:60:true"),
            ("!Join ['', [a, !Ref Jobs, !Ref AWS::NoValue]]", ["a", "<Jobs>"]),
            ("!Join ['', !Split ['-', a-b]]", "ab"),
            ("!Join ['', []]", ""),
            ("!Select [1, [a, b]]", "b"),
            ("!Select ['0', !Split [',', 'x,y']]", "x"),
            ("!Select [0, !Ref Names]", "a"),
            ("!Ref Names", ["a", "b"]),
            ("!FindInMap [Limits, prod, timeout]", 60),
            ("!FindInMap [Limits, !Ref Stage, timeout]", 10),
            ("!FindInMap [Limits, !Ref Open, same]", 1),
            ("!FindInMap [Limits, prod, list]", ["a", "b"]),
            ("!FindInMap [Limits, test, timeout, {DefaultValue: 3}]", 3),
            ("!FindInMap [Limits, !FindInMap [Limits, dev, only, {DefaultValue: x}], a, {DefaultValue: 4}]", 4),
            ("!If [Always, 1, 2]", 1),
            ("!If [Never, 1, 2]", 2),
            ("!If [Here, 1, 1]", 1),
            ("!If [Here, !GetAtt Jobs.Arn, !Sub '${Jobs.Arn}']", "<Jobs.Arn>"),
            ("!If [Medium, 1, 2]", 2),
            ("!Base64 abc", "abc"),
            ("!Length [1, 2]", 2),
            ("{a: !Ref Jobs, b: [!Ref Stage]}", {"a": "<Jobs>", "b": ["dev"]}),
            ("[1, !Ref AWS::NoValue]", [1]),
            ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
            ("{a: !If [Never, 1, !Ref AWS::NoValue], b: 1}", {"b": 1}),
            ("[1, !If [Here, 1, !Ref AWS::NoValue]]", [1, ...]),
        ],
    )
    def test_comes_to(self, written: str, comes_to: object) -> None:
        assert plain(value(written, STAGE)) == comes_to

    @pytest.mark.parametrize(
        "written",
        [
            *(
                "!Ref Open",
                "!Ref Secret",
                "!Ref Stored",
                "!Ref AWS::Region",
                "!Ref Elsewhere",
                "!Ref [a]",
                "{Ref: {a: b}}",
            ),
            *(
                "!GetAtt Elsewhere.Arn",
                "!GetAtt [a]",
                "!GetAtt {a: b}",
                "!Sub '${Elsewhere}'",
                "!Sub [!Ref Open]",
                "!Sub {a: b}",
            ),
            *("!Join [a]", "!Join a", "!Join [a, b]", "!Join ['', !Ref Open]", "!Join [!Ref Open, [a]]"),
            *("!Select [2, [a, b]]", "!Select [-1, [a]]", "!Select [x, [a]]", "!Select [0, !GetAZs '']", "!Select 1"),
            *("!Select [1, [!If [Here, a, !Ref AWS::NoValue], b]]", "!Select ['²', [a, b, c]]"),
            *("!Split [',', !Ref Jobs]", "!Split ['', a]", "!Split a"),
            *("!FindInMap [Limits, !Ref Open, timeout]", "!FindInMap [Nowhere, a, b]", "!FindInMap [Limits, dev]"),
            *(
                "!FindInMap [Limits, dev, list]",
                "!FindInMap a",
                "!FindInMap [!Ref Open, a, b]",
                "!FindInMap [Limits, dev, !Ref Open]",
            ),
            *(
                "!If [Here, 1, 2]",
                "!If [Dev, 1, 2]",
                "!If [Nowhere, 1, 2]",
                "!If [Loop, 1, 2]",
                "!If [Small, 1, 2]",
                "!If [Always, 1]",
            ),
            *("!If [Here, 1, !Ref AWS::NoValue]", "!If [[Always], 1, 2]", "!If a"),
            *(
                "!ImportValue x",
                "!GetAZs ''",
                "!Cidr [a, 1, 1]",
                "!Transform {Name: AWS::Include}",
                "!ToJsonString {a: 1}",
            ),
            *("!Length [!If [Here, 1, !Ref AWS::NoValue]]", "!Length a", "!Nonsense x"),
            *("'{{resolve:ssm:/a/b}}'", "!Sub '{{resolve:ssm:/${Stage}/b}}'", "!Join ['', ['{{resolve:', 'ssm:/a}}']]"),
            *("'{{ timeout }}'", "{{ timeout }}", "'%TIMEOUT%'", "'%%CODE_BUCKET%%'"),
        ],
    )
    def test_only_a_deployment_knows(self, written: str) -> None:
        assert plain(value(written, STAGE)) is ...

    @pytest.mark.parametrize("written", ["100%", "'%'", "'%d of %s'", "'a }} b {{ c'", "'{{'", "50 %% off"])
    def test_no_placeholders(self, written: str) -> None:
        assert isinstance(value(written), Known)

    def test_a_placeholder_within_a_text_is_unknown_in_it(self) -> None:
        assert plain(value("'a-{{ c }}-b'")) == ["a-", ..., "-b"]
        assert plain(value("'%%B%%/a'")) == [..., "/a"]

    def test_no_value_is_not_set(self) -> None:
        assert value("!Ref AWS::NoValue") is None
        assert value("!If [Always, !Ref AWS::NoValue, 1]", STAGE) is None

    def test_a_text_stands_at_the_function(self) -> None:
        found = value("!Sub 'a-${AWS::Region}'")
        assert found is not None
        assert (found.span.column, found.span.end_column) == (10, 33)


class TestProvenance:
    @pytest.mark.parametrize(
        ("written", "origin"),
        [
            ("60", ""),
            ("!Ref Limit", "by default of parameter Limit"),
            ("!Sub 'a-${Stage}'", "by default of parameter Stage"),
            ("!Join ['-', [a, !Ref Stage]]", "by default of parameter Stage"),
            ("!FindInMap [Limits, prod, timeout]", "in mapping Limits"),
            ("!FindInMap [Limits, !Ref Stage, timeout]", "by default of parameter Stage"),
            ("!Select [0, !Ref Names]", "by default of parameter Names"),
            ("!Ref AWS::Partition", "by default of AWS::Partition"),
        ],
    )
    def test_a_value_says_how_it_was_found(self, written: str, origin: str) -> None:
        found = value(written, STAGE)
        assert isinstance(found, Known)
        assert found.origin == origin

    def test_it_stands_where_it_is_asked_for(self) -> None:
        found = value("!Ref Limit", STAGE)
        assert found is not None
        assert (found.span.column, found.span.end_column) == (10, 20)

    def test_a_configured_parameter_is_spelt_out(self) -> None:
        found = value("!Ref Open", STAGE, Open="x")
        assert isinstance(found, Known)
        assert (found.value, found.origin) == ("x", "as configured for parameter Open")
        assert plain(value("!If [Dev, 1, 2]", STAGE, Stage="prod")) == 2
        assert plain(value("!If [Small, 1, 2]", STAGE, Size="small")) == 1
        assert plain(value("!Ref Names", STAGE, Names="x,y,z")) == ["x", "y", "z"]

    def test_a_configured_parameter_that_is_not_declared_is_none(self) -> None:
        assert plain(value("!Ref Elsewhere", STAGE, Elsewhere=1)) is ...


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            ("!Equals [1, '1']", True),
            ("!Equals [true, 'true']", True),
            ("!Equals [!Ref Open, '']", None),
            ("!Equals [!Ref Open, !Ref Open]", None),
            ("!Equals [!Ref AWS::Partition, aws-cn]", None),
            ("!Equals [!FindInMap [Limits, dev, timeout], 10]", True),
            ("!Equals [a]", None),
            ("!Not [!Condition Always]", False),
            ("!Not [!Condition Here]", None),
            ("!Not []", None),
            ("!And [!Condition Always, !Condition Here]", None),
            ("!And [!Condition Never, !Condition Here]", False),
            ("!And [!Condition Always, !Condition Always]", True),
            ("!Or [!Condition Always, !Condition Here]", True),
            ("!Or [!Condition Never, !Condition Here]", None),
            ("!Or [!Condition Never, {Condition: Never}]", False),
            ("!Nonsense [a]", None),
            ("text", None),
            ("[a]", None),
            ("", None),
        ],
    )
    def test_true_false_or_for_a_deployment_to_say(self, condition: str, holds: bool | None) -> None:
        found = plain(value("!If [It, 1, 2]", f"{STAGE}  It: {condition}"))
        assert found == {True: 1, False: 2, None: ...}[holds]

    def test_a_resource_that_never_is_is_left_out(self) -> None:
        found = resources(
            STAGE
            + "Resources:\n"
            + "".join(
                f"  {name}: {{Type: 'AWS::SQS::Queue', Condition: {name}}}\n" for name in ("Always", "Never", "Here")
            )
            + "  Refers: {Type: 'AWS::SQS::Queue', Properties: {A: !Ref Never, B: !Ref Here}}\n"
        )
        assert list(found) == ["Always", "Here", "Refers"]
        assert plain(found["Refers"].properties) == {"A": ..., "B": "<Here>"}

    @pytest.mark.parametrize(
        ("condition", "kept"),
        [
            ("!Not [!Equals [!Ref Limit, 60]]", False),
            ("!Equals [60, !Ref Limit]", True),
            ("!Equals [!Ref Limit, 0]", False),
            ("!And [!Condition Here, !Not [!Condition Usual]]", False),
            ("!Not [!Or [!Condition Here, !Condition Usual]]", False),
            ("!Or [!Condition Here, !Not [!Condition Usual]]", True),
            ("!Or [!Equals [!Ref Limit, 1], !Equals [!Ref Limit, 2]]", False),
            ("!Equals [!Ref Limit, !Ref Other]", True),
            ("!Not [!Equals [!Ref Stage, dev]]", True),
        ],
    )
    def test_a_parameter_has_no_default_where_a_condition_says_so(self, condition: str, kept: bool) -> None:
        found = resources(
            STAGE.replace("  Open:", "  Other: {Type: Number, Default: 1}\n  Open:")
            + f"  Usual: !Equals [!Ref Limit, 60]\n  It: {condition}\n"
            "Resources:\n  A: {Type: 'AWS::SQS::Queue', Condition: It, Properties: {A: !Ref Limit}}\n"
            "  B: {Type: 'AWS::SQS::Queue', Properties: {A: !Ref Limit}}\n"
        )
        assert plain(found["A"].get("A")) == (60 if kept else ...)
        assert plain(found["B"].get("A")) == 60

    @pytest.mark.parametrize("transform", ["", "Transform: AWS::Serverless-2016-10-31"])
    def test_a_condition_that_wrongly_names_a_resource_is_for_a_deployment_to_say(self, transform: str) -> None:
        found = resources(
            f"{transform}\nConditions: {{C: !Equals [!Ref A, !GetAtt B.Outputs.C]}}\n"
            "Resources:\n"
            "  A: {Type: 'AWS::SQS::Queue', Condition: C}\n"
            "  B: {Type: 'AWS::SQS::Queue', Properties: {A: !Ref A}}\n"
        )
        assert plain(found["B"].get("A")) == "<A>"

    def test_conditions_that_rest_on_each_other_without_end(self) -> None:
        chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(2000))
        assert plain(value("!If [C0, 1, 2]", f"Conditions:\n{chain}")) is ...


class TestNested:
    CHILD = """\
        Parameters: {Limit: {Type: Number, Default: 3}, Queue: {Type: String}, Free: {Type: String}}
        Conditions: {Long: !Equals [!Ref Limit, 60]}
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Code: ../src
              Timeout: !Ref Limit
              Environment: {Variables: {Q: !Ref Queue, F: !Ref Free, S: !Sub '${Worker.Arn}'}}
              MemorySize: !If [Long, 1, 2]
        Outputs:
          Arn: {Value: !GetAtt Worker.Arn}
          Limit: {Value: !Ref Limit}
        """
    PARENT = """\
        Resources:
          Queue: {Type: 'AWS::SQS::Queue'}
          Work:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: ./nested/work.yaml
              Parameters: {Limit: 60, Queue: !GetAtt Queue.Arn, Free: !Ref AWS::Region}
          Rule:
            Type: AWS::Events::Rule
            Properties:
              A: !GetAtt Work.Outputs.Arn
              L: !GetAtt Work.Outputs.Limit
              N: !GetAtt Work.Outputs.Nothing
              S: !Ref Work
        """

    def test_a_nested_stack_is_part_of_its_parent(self) -> None:
        (found,) = deployments({"a/parent.yaml": self.PARENT, "a/nested/work.yaml": self.CHILD})
        assert found.paths == ("a/parent.yaml", "a/nested/work.yaml")
        by_name = {resource.name: resource for resource in found.resources}
        assert list(by_name) == ["Queue", "Work", "Rule", "Work.Worker"]
        worker = by_name["Work.Worker"]
        assert worker.span.path == "a/nested/work.yaml"
        assert plain(worker.get("Environment", "Variables")) == {"Q": "<Queue.Arn>", "F": ..., "S": "<Work.Worker.Arn>"}
        assert plain(worker.get("MemorySize")) == 1
        limit, code = worker.get("Timeout"), worker.get("Code")
        assert isinstance(limit, Known)
        assert (limit.value, limit.origin, limit.span.path) == (
            60,
            "as passed for parameter Limit",
            "a/nested/work.yaml",
        )
        assert code is not None
        assert posixpath.dirname(code.span.path) == "a/nested"
        assert plain(by_name["Rule"].properties) == {"A": "<Work.Worker.Arn>", "L": 60, "N": ..., "S": "<Work>"}

    def test_a_template_that_is_not_at_hand_is_not_there(self) -> None:
        (found,) = deployments({"a/parent.yaml": self.PARENT})
        assert [resource.name for resource in found.resources] == ["Queue", "Work", "Rule"]
        assert plain(found.resources[2].get("A")) is ...

    @pytest.mark.parametrize(
        "url", ["https://s3.amazonaws.com/b/work.yaml", "!Ref Url", "!Sub '${AWS::Region}/work.yaml'"]
    )
    def test_a_template_that_lies_elsewhere_is_not_followed(self, url: str) -> None:
        parent = self.PARENT.replace("./nested/work.yaml", url)
        found = deployments({"parent.yaml": parent, "nested/work.yaml": self.CHILD})
        assert [deployment.path for deployment in found] == ["nested/work.yaml", "parent.yaml"]

    def test_the_cdk_says_where_its_nested_stacks_lie(self) -> None:
        parent = self.PARENT.replace(
            "TemplateURL: ./nested/work.yaml", "TemplateURL: !Sub 'https://${AWS::Region}/x'"
        ).replace(
            "Properties:\n              T",
            "Metadata: {'aws:asset:path': nested/work.yaml}\n            Properties:\n              T",
        )
        (found,) = deployments({"parent.yaml": parent, "nested/work.yaml": self.CHILD})
        assert "Work.Worker" in [resource.name for resource in found.resources]

    def test_a_broken_template_is_told_of_its_parent_once(self) -> None:
        broken = "Resources:\n  A: {Type: 'AWS::SQS::Queue'"
        (found,) = deployments({"parent.yaml": self.PARENT, "nested/work.yaml": broken})
        assert [span.path for span, _ in found.unreadable] == ["nested/work.yaml"]

    def test_templates_that_include_each_other_end(self) -> None:
        text = (
            "Resources:\n"
            "  N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: %s}}\n"
            "  Q: {Type: 'AWS::SQS::Queue'}\n"
        )
        found = deployments({"a.yaml": text % "b.yaml", "b.yaml": text % "a.yaml", "c.yaml": text % "c.yaml"})
        assert [(one.path, [resource.name for resource in one.resources]) for one in found] == [
            ("a.yaml", ["N", "Q", "N.N", "N.Q"]),
            ("c.yaml", ["N", "Q"]),
        ]

    def test_templates_that_include_the_next_twice_end(self) -> None:
        one = "  {0}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: t{1}.yaml}}}}\n"
        texts = {
            f"t{n}.yaml": "Resources:\n" + "".join(one.format(f"N{i}", n + 1) for i in range(4)) for n in range(12)
        }
        (found,) = deployments(texts)[:1]
        assert len(found.resources) < 2000

    def test_stacks_that_need_each_others_outputs_end(self) -> None:
        stack = (
            "  {0}:\n"
            "    Type: AWS::CloudFormation::Stack\n"
            "    Properties: {{TemplateURL: n.yaml, Parameters: {{P: !GetAtt {1}.Outputs.O}}}}\n"
        )
        nested = (
            "Parameters: {P: {Type: String}}\n"
            "Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {A: !Ref P}}}\n"
            "Outputs: {O: {Value: !Ref P}}\n"
        )
        (found,) = deployments(
            {"a.yaml": "Resources:\n" + stack.format("A", "B") + stack.format("B", "A"), "n.yaml": nested}
        )
        assert {plain(resource.get("A")) for resource in found.resources if resource.type == "AWS::SQS::Queue"} == {...}

    def test_a_stack_that_never_is_leaves_its_template_on_its_own(self) -> None:
        parent = self.PARENT.replace(
            "Type: AWS::CloudFormation::Stack", "Type: AWS::CloudFormation::Stack\n            Condition: Never"
        )
        found = deployments(
            {"parent.yaml": f"        Conditions: {{Never: !Equals [a, b]}}\n{parent}", "nested/work.yaml": self.CHILD}
        )
        assert [deployment.path for deployment in found] == ["nested/work.yaml", "parent.yaml"]


class TestInlineCode:
    def code(self, text: str, path: str = "template.yaml", **parameters: str) -> Source:
        (found,) = deployments({path: text}, **parameters)
        (function,) = (resource for resource in found.resources if resource.type == "AWS::Lambda::Function")
        code = function.get("Code", "ZipFile")
        assert isinstance(code, Code)
        self.text = dedent(text)
        return code.source

    def written(self, source: Source, line: int, column: int) -> str:
        """The character of the template where a character of the code stands."""
        span = source.span((line, column), (line, column))
        return self.text.split("\n")[span.line - 1][span.column - 1 : span.column]

    def same(self, source: Source) -> bool:
        return all(
            self.written(source, number, column) == character
            for number, line in enumerate(source.lines, 1)
            for column, character in enumerate(line, 1)
        )

    JSON = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": %s}}}}}'
    FUNCTION = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        ZipFile: "

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            (
                "|\n          import os\n\n          def f(e, c):\n            return 1\n",
                "import os\n\ndef f(e, c):\n  return 1\n",
            ),
            ("|-\n          a\n\n\n", "a"),
            ("|2\n            indented\n          less\n", "  indented\nless\n"),
            ("&anchor |\n          a = 'ö😀'\n          b\n", "a = 'ö😀'\nb\n"),
            ("!Base64 |\n          a\n", "a\n"),
            ("!Sub |\n          a = 1\n", "a = 1\n"),
            ("{'Fn::Base64': !Sub 'a = 1'}", "a = 1"),
            ("a = 1", "a = 1"),
            ("'it''s'", "it's"),
            ('"a\\n  b = \\"c\\"\\n"', 'a\n  b = "c"\n'),
            ("!Join [\"\\n\", [import os, 'x = 1']]", "import os\nx = 1"),
        ],
    )
    def test_code_has_the_text_of_its_scalar(self, written: str, code: str) -> None:
        assert self.code(self.FUNCTION + written).text == code

    def test_the_lines_of_a_literal_stand_where_they_are(self) -> None:
        source = self.code(self.FUNCTION + "|\n          import os\n\n          def f(ö):\n            return '😀'\n")
        assert self.same(source)
        assert source.span((3, 5), (3, 6)) == Span("template.yaml", 9, 15, 9, 16)

    def test_escapes_of_json_are_one_character(self) -> None:
        text = self.JSON % '\n"a\\tb\\u00e9c\\nd = \\"e\\"\\n"'
        source = self.code(text, "a.json")
        assert source.text == 'a\tbéc\nd = "e"\n'
        assert source.span((1, 2), (1, 3)) == Span("a.json", 2, 3, 2, 5)
        assert source.span((1, 5), (1, 6)) == Span("a.json", 2, 12, 2, 13)
        assert source.span((2, 1), (2, 2)) == Span("a.json", 2, 15, 2, 16)
        assert source.span((2, 6), (2, 7)) == Span("a.json", 2, 21, 2, 22)

    def test_surrogate_pairs_of_json_do_not_lose_the_place(self) -> None:
        text = self.JSON % '"a\\ud83d\\ude00"'
        source = self.code(text, "a.json")
        assert source.text == "a😀"
        assert source.span((1, 2), (1, 3)).line == 1

    def test_lines_that_are_joined_stand_each_on_its_own(self) -> None:
        source = self.code(
            self.FUNCTION
            + '!Join\n          - "\\n"\n'
            + "          - - import os\n            - 'x = 1'\n            - !Ref AWS::Region\n"
        )
        assert source.text == "import os\nx = 1\nUNKNOWN"
        assert source.span((1, 1), (1, 7)) == Span("template.yaml", 8, 15, 8, 21)
        assert source.span((2, 5), (2, 6)) == Span("template.yaml", 9, 20, 9, 21)

    def test_a_line_that_is_joined_stands_where_its_parts_do(self) -> None:
        source = self.code(
            self.FUNCTION
            + "!Join\n          - ''\n"
            + "          - - 'import os;'\n            - 'x = 1'\n            - '; y = 2'\n"
        )
        assert source.text == "import os;x = 1; y = 2"
        assert source.span((1, 8), (1, 10)) == Span("template.yaml", 8, 23, 8, 25)
        assert source.span((1, 15), (1, 16)) == Span("template.yaml", 9, 20, 10, 16)
        assert source.span((1, 18), (1, 23)) == Span("template.yaml", 10, 18, 10, 23)

    def test_holes_are_filled_where_they_can_be(self) -> None:
        sections = "Parameters: {Limit: {Type: Number, Default: 60}}\n"
        source = self.code(
            sections
            + self.FUNCTION
            + "!Sub\n          - |\n"
            + "            a = ${Limit} + x\n"
            + "            b = '${AWS::Region}' + y\n"
            + "            c = ${AWS::Region} + ${!Z}\n"
            + "            d = '${K}'\n"
            + "          - {K: v}\n"
        )
        assert source.text == "a = 60 + x\nb = '${AWS::Region}' + y\nc = AWS__Region + ${Z}\nd = 'v'\n"
        assert self.written(source, 1, 10) == "x"
        assert self.written(source, 2, 24) == "y"
        assert self.written(source, 3, 19) == "$"
        assert source.span((1, 10), (1, 11)) == Span("template.yaml", 9, 28, 9, 29)

    def test_folded_code_stands_about_where_it_is(self) -> None:
        source = self.code(self.FUNCTION + ">\n          a =\n          1\n\n          b = 2\n")
        assert source.text == "a = 1\nb = 2\n"
        assert source.span((1, 1), (1, 2)).line == 7
        assert source.span((2, 1), (2, 2)) == Span("template.yaml", 10, 11, 10, 12)

    def test_a_broken_plain_scalar_keeps_its_text(self) -> None:
        source = self.code(self.FUNCTION + "a =\n          1\n")
        assert source.text == "a = 1"
        assert source.span((1, 1), (1, 2)) == Span("template.yaml", 6, 18, 6, 19)

    def test_code_that_only_a_deployment_knows_is_none(self) -> None:
        function = resources(self.FUNCTION + "!ImportValue x\n")["F"]
        assert plain(function.get("Code", "ZipFile")) is ...

    def test_code_of_a_parameter_stands_where_it_is_asked_for(self) -> None:
        source = self.code("Parameters: {P: {Type: String, Default: 'a = 1'}}\n" + self.FUNCTION + "!Ref P\n")
        assert source.text == "a = 1"
        assert source.span((1, 5), (1, 6)) == Span("template.yaml", 7, 18, 7, 19)


def test_functions_within_each_other_do_not_grow_without_end() -> None:
    written = "x" * 100
    for _ in range(30):
        written = f"!Sub ['{'${a}' * 10}', {{a: {written}}}]"
    assert isinstance(value(written), Unknown | Text)


def test_values_that_nest_as_deep_as_they_may() -> None:
    deep = "".join("{a: " for _ in range(100)) + "1" + "}" * 100
    assert isinstance(value(deep), Mapping)
    assert value("".join("!If [Nowhere, 1, " for _ in range(40)) + "1" + "]" * 40) is not None


class TestDefinition:
    def machine(self, written: str) -> Resource:
        text = f"{STAGE}Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n{written}"
        return next(each for each in deployment(text).resources if each.name == "M")

    def test_a_text_says_what_a_mapping_would_line_by_line(self) -> None:
        machine = self.machine(
            "      DefinitionString: !Sub |-\n"
            "        {\n"
            '          "Comment": "of ${AWS::StackName}", "States": {\n'
            '            "Rest": {"Type": "Wait", "Seconds": ${Limit}},\n'
            '            "Work": {"Type": "Task", "Resource": "${Worker.Arn}"}\n'
            "          }\n"
            "        }\n"
        )
        work = machine.get("Definition", "States", "Work")
        assert isinstance(work, Mapping)
        assert plain(work) == {"Type": "Task", "Resource": ...}
        assert plain(machine.get("Definition", "States", "Rest", "Seconds")) == 60
        assert plain(machine.get("Definition", "Comment")) == ["of ", ...]
        first = machine.properties.key("DefinitionString").line
        place = work.key("Resource")
        assert (place.line, place.column) == (first + 4, 38)

    def test_a_joined_text_stands_at_one_place(self) -> None:
        machine = self.machine(
            """      DefinitionString: !Join ["", ['{"States": {"A": {"Resource": "', !Ref M, '"}}}']]\n"""
        )
        found = machine.get("Definition", "States", "A")
        assert isinstance(found, Mapping)
        assert plain(found) == {"Resource": "<M>"}
        assert found.key("Resource").line == machine.properties.key("DefinitionString").line

    @pytest.mark.parametrize("written", ["!Ref Open", "'{not JSON'", "'[]'", '"{{resolve:ssm:machine}}"'])
    def test_what_says_nothing_is_no_definition(self, written: str) -> None:
        assert self.machine(f"      DefinitionString: {written}\n").get("Definition") is None


class TestPartsOfATemplate:
    """A script puts the template of SAM together of files that say no Transform."""

    PART = """\
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Mailer:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
        """
    WHOLE = """\
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function:
            Runtime: python3.14
        Resources:
          Mailer:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
          Outbox:
            Type: AWS::SQS::Queue
        """

    def test_are_not_deployed_beside_it(self) -> None:
        [found] = deployments({"infra/mailer/function.yaml": self.PART, "template.yaml": self.WHOLE})
        assert found.path == "template.yaml"
        assert found.paths == ("template.yaml", "infra/mailer/function.yaml")

    @pytest.mark.parametrize(
        "others",
        [
            {},
            {"elsewhere/template.yaml": WHOLE},
            {"template.yaml": WHOLE.replace("Mailer:", "Poster:")},
            {"template.yaml": WHOLE.replace("Transform: AWS::Serverless-2016-10-31\n", "Description: parts\n")},
        ],
    )
    def test_are_templates_where_none_above_has_all_of_them(self, others: dict[str, str]) -> None:
        found = deployments({"infra/mailer/function.yaml": self.PART, **others})
        assert sorted(each.path for each in found) == sorted(("infra/mailer/function.yaml", *others))
