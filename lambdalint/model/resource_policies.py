"""Who may invoke a function: its permissions, and its URLs."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.model.functions import function_named
from lambdalint.model.invokers import having
from lambdalint.model.permissions import Statement, statements
from lambdalint.model.triggers import qualifier_of
from lambdalint.model.view import View, references, text, truth
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function


class Permission(View):
    """A statement of a function's resource-based policy."""

    __slots__ = ()

    @property
    def principal(self) -> Value | None:
        """Who may invoke: a service, an account, or `*`."""
        return self.get("Principal")

    @property
    def function(self) -> Function | None:
        """The function that may be invoked; None where it is not in the project."""
        return function_named(self.project, self.get("FunctionName"))

    @property
    def sourced(self) -> bool:
        """Whether it holds for some source only."""
        keys = ("SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken")
        return any(self.get(key) is not None for key in keys)

    @property
    def names_a_bucket(self) -> bool:
        """Whether its source is known to be a bucket, whose ARN does not say whose it is."""
        match self.get("SourceArn"):
            case Known(str(arn)) | Text((Known(str(arn)), *_)):
                return arn.startswith("arn:") and ":s3:::" in arn
            case Reference(name):
                found = self.project.resource(name)
                return found is not None and found.type == "AWS::S3::Bucket"
            case _:
                return False

    @property
    def through_url(self) -> bool:
        """Whether it is one that a function URL without authentication needs."""
        by_url = truth(self.get("InvokedViaFunctionUrl"))
        return text(self.get("FunctionUrlAuthType")) == "NONE" or by_url is not False


class ResourcePolicy(View):
    """A function's resource-based policy as a whole."""

    __slots__ = ()

    @property
    def function(self) -> Function | None:
        """The function that it is about; None where that is not in the project."""
        return function_named(self.project, self.get("ResourceArn"))

    @property
    def statements(self) -> Iterator[Statement]:
        """Its statements."""
        return statements(self.get("PolicyDocument") or self.get("Policy"))


class Url(View):
    """A function URL."""

    __slots__ = ()

    @property
    def function(self) -> Function | None:
        """The function that it invokes; None where that is not in the project."""
        return function_named(self.project, self.get("TargetFunctionArn"))

    @property
    def authentication(self) -> Value | None:
        """`AWS_IAM`, or `NONE`."""
        return self.get("AuthType")

    @property
    def public(self) -> bool:
        """Whether it is known to ask for no authentication."""
        return text(self.authentication) == "NONE"

    @property
    def distributed(self) -> bool:
        """Whether it is an origin of a distribution of CloudFront's, or may be the one that only a deployment knows."""
        for distribution in self.project.of_type("AWS::CloudFront::Distribution"):
            if distribution.properties.open:
                return True
            for key in ("DomainName", "domain_name"):
                for origin in having(distribution.properties, key):
                    domain = origin.get(key)
                    named = {reference.resource for reference in references(domain)}
                    if isinstance(domain, Unknown) or self.resource.name in named:
                        return True
        return False

    @property
    def unpermitted(self) -> tuple[str, ...]:
        """The actions that everyone needs to call it, and nobody is allowed for certain.

        SAM, the Serverless Framework and Terraform's provider allow them by themselves.
        https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
        """
        function = self.function
        if not self.public or function is None or "aws_lambda_function_url." in self.resource.name:
            return ()
        policies = self.project.of_type("AWS::Lambda::ResourcePolicy")
        if any(ResourcePolicy(self.project, each).function in (None, function) for each in policies):
            return ()
        permissions = [Permission(self.project, each) for each in self.project.of_type("AWS::Lambda::Permission")]
        allowed = [
            (text(each.get("Action")) or "*").lower()
            for each in permissions
            if each.function in (None, function)
            and text(each.principal) in (None, "*")
            and not self._is_for_another(each)
        ]
        return tuple(each for each in _URL_NEEDS if not any(fnmatch.fnmatchcase(each.lower(), one) for one in allowed))

    def _is_for_another(self, permission: Permission) -> bool:
        """Whether a permission is for the function itself and the URL for a version or alias, or the other way round.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
        """
        function, qualifier = self.function, self.get("Qualifier")
        allowed = None if function is None else qualifier_of(function, permission.get("FunctionName"))
        named = None if function is None else qualifier_of(function, self.get("TargetFunctionArn"))
        if permission.generated or allowed is None or named is None or isinstance(qualifier, Unknown):
            return False
        return (named == "" and qualifier is None) != (allowed == "")


_URL_NEEDS = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def everyone(principal: Value | None) -> Value | None:
    """The place where a principal says `*`; None where it names somebody, or is not known."""
    match principal:
        case Known("*"):
            return principal
        case Mapping():
            return next((each for each in items(principal.get("AWS")) if text(each) == "*"), None)
        case _:
            return None
