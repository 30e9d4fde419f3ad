"""What a secret looks like: by the name of what holds it, and by its shape.

Shapes are those of detect-secrets (Yelp, Apache-2.0), which is imported when there is a text to look at.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_NAMED = (
    r"(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|(?:SECRET|ACCESS|ENCRYPTION)_?KEY|CREDENTIALS?)"
    r"(?:_?(?:KEY|VALUE|\d+))?$"
)
"""Names whose value is a secret: the word stands at the end, as in DB_PASSWORD, not as in SECRET_NAME."""

_HINTING = r"(?:^|_)(?:KEY|AUTH|SALT|SIGNATURE|PEPPER)(?:_?\d+)?$"
"""Names whose value is a secret where it looks random: STRIPE_KEY, not PARTITION_KEY."""

_NOT_SECRET = r"(?:^|_)(?:PUBLIC|MAX|MIN|NUM|PAGE|NEXT|CSRF_COOKIE|USE|ENABLE|HAS|REQUIRE)_"
_PLACEHOLDER = (
    r"change.?(?:me|it|this)|replace|placeholder|to.?be|example|sample|dummy|fake|your|todo|fixme|insert|enter|default"
    r"|not.?set|unset|undefined|empty|\btest|mock|^<.*>$|^\[.*\]$|^[x*.\-_]+$|^(.)\1*$|^\$|\{\{|%.*%|xxx|local|foo|bar"
    r"|none|null|abc.?123|^12345|n/?a$|tbd|redacted|<.+>"
)
_REFERENCE = (
    r"arn:.*|\{\{resolve:.*|(?:ssm|secretsmanager|https?|s3)://?.*|/.*|-?\d{1,5}|true|false|yes|no"
    r"|[\w.-]+(?:/[\w.-]+)+|[a-z][\w.-]*[-_.](?:secret|token|password|credential|key)s?(?:[-_.][\w.-]*)?"
)
"""Values that say where a secret is, or that are none: ARNs, paths, names of secrets, small numbers."""

_SHAPES = {
    "aws.AWSKeyDetector": "an AWS key",
    "azure_storage_key.AzureStorageKeyDetector": "an Azure storage key",
    "basic_auth.BasicAuthDetector": "a URL with a password",
    "discord.DiscordBotTokenDetector": "a Discord token",
    "github_token.GitHubTokenDetector": "a GitHub token",
    "gitlab_token.GitLabTokenDetector": "a GitLab token",
    "jwt.JwtTokenDetector": "a JSON web token",
    "mailchimp.MailchimpDetector": "a Mailchimp key",
    "npm.NpmDetector": "an npm token",
    "openai.OpenAIDetector": "an OpenAI key",
    "private_key.PrivateKeyDetector": "a private key",
    "pypi_token.PypiTokenDetector": "a PyPI token",
    "sendgrid.SendGridDetector": "a SendGrid key",
    "slack.SlackDetector": "a Slack token",
    "square_oauth.SquareOAuthDetector": "a Square token",
    "stripe.StripeDetector": "a Stripe key",
    "telegram_token.TelegramBotTokenDetector": "a Telegram token",
    "twilio.TwilioKeyDetector": "a Twilio key",
}


def names_secret(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret: DB_PASSWORD, not DB_PASSWORD_ARN."""
    words = _words(name)
    return re.search(_NAMED, words) is not None and re.search(_NOT_SECRET, words) is None


def hints_at_secret(name: str) -> bool:
    """Whether a variable of that name holds a secret if its value is random."""
    words = _words(name)
    return re.search(_HINTING, words) is not None and re.search(_NOT_SECRET, words) is None


def _words(name: str) -> str:
    return re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name).replace("-", "_").upper()


def is_reference(value: str) -> bool:
    """Whether a text says where a secret is, or is none at all."""
    return not value.strip() or re.fullmatch(_REFERENCE, value.strip(), re.IGNORECASE) is not None


def is_placeholder(value: str) -> bool:
    """Whether a text stands for what somebody is to put there."""
    return re.search(_PLACEHOLDER, value, re.IGNORECASE) is not None


def shape(value: str) -> str | None:
    """What kind of secret a text has the shape of; None for none."""
    if len(value) < 8:
        return None
    for detector, kind in _detectors():
        if any(detector.analyze_string(value)):
            return kind
    return None


def is_random(value: str) -> bool:
    """Whether the characters of a text follow one another as in a key."""
    from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString, HexHighEntropyString

    for kind, length in ((Base64HighEntropyString, 24), (HexHighEntropyString, 32)):
        detector = kind()
        if len(value) >= length and set(value) <= set(detector.charset):
            return bool(detector.calculate_shannon_entropy(value) > detector.entropy_limit)
    return False


@cache
def _detectors() -> tuple[tuple[Any, str], ...]:
    from importlib import import_module

    found = []
    for path, kind in _SHAPES.items():
        module, _, name = path.rpartition(".")
        try:
            found.append((getattr(import_module(f"detect_secrets.plugins.{module}"), name)(), kind))
        except (ImportError, AttributeError):
            continue  # a version of detect-secrets that lacks it
    return tuple(found)
