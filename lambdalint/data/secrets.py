"""What a secret looks like: by the name of what holds it, and by its shape.

Shapes are those of detect-secrets (Yelp, Apache-2.0), which is imported when there is a text that may have one.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from lambdalint.patterns import pattern

_NAMED = (
    r"(?:PASS(?:WORD|WD|PHRASE)|(?:^|_)(?:PASS|PWD|(?:ACCESS|API|AUTH|BEARER|CLIENT|REFRESH|WEBHOOK)?(?:SECRET|TOKEN)"
    r"|[A-Z]*API_?KEY|SDK_?KEY|PRIVATE_?KEY|(?:SECRET|ACCESS|ENCRYPTION)_?KEY|CREDENTIALS?))"
    r"(?:_?(?:KEY|VALUE|\d+))?$"
)
"""Names whose value is a secret: the word stands at the end, as in DB_PASSWORD, not as in SECRET_NAME."""

_HINTING = r"(?:^|_)(?:KEY|AUTH|SALT|SIGNATURE|PEPPER)(?:_?\d+)?$"
"""Names whose value is a secret where it looks random: STRIPE_KEY, not PARTITION_KEY."""

_NOT_SECRET = r"(?:^|_)(?:PUBLIC|MAX|MIN|NUM|PAGE|NEXT|CSRF_COOKIE|USE|ENABLE|HAS|REQUIRE)_"
_PLACEHOLDER = (
    r"change.?(?:me|it|this|in.?prod)|super.?secret|replace|placeholder|to.?be|example|sample|dummy|fake|your|todo|fixme|insert|enter|default"
    r"|not.?set|unset|undefined|empty|\btest|mock|^<.*>$|^\[.*\]$|^[x*.\-_]+$|^(.)\1*$|^\$|\{\{|%.*%|xxx|local|foo|bar"
    r"|none|null|abc.?123|^12345|n/?a$|tbd|redacted|<.+>|^(?:string|text|value|secret|token|(?:api.?)?key)$|([\w])\2{11,}"
    r"|^[0123]x0{10,}|^6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe$|^(?:dev(?:elop(?:ment)?)?|stag(?:e|ing)|prod(?:uction)?)$"
)
"""Among the last are keys that are published for tests.

Sources: https://developers.cloudflare.com/turnstile/troubleshooting/testing/,
https://docs.hcaptcha.com/#integration-testing-test-keys, https://developers.google.com/recaptcha/docs/faq
"""
_REFERENCE = (
    r"arn:.*|\{\{resolve:.*|(?:ssm|secretsmanager|https?|s3)://?.*|/.*|-?\d{1,5}|true|false|yes|no"
    r"|pk\.eyJ.*|pk_(?:test|live)_.*|sb_publishable_.*|(?-i:[A-Z][A-Z\d]*(?:_[A-Z\d]+)+)"
    r"|ENC\[.*\]|[\w.-]+(?:/[\w.-]+)+|[a-z][\w.-]*[-_.](?:secret|token|password|credential|key)s?(?:[-_.][\w.-]*)?"
)
"""Values that say where a secret is, or that are none: ARNs, paths, names of secrets and variables, keys that services
call public, small numbers; or that are of no use to whoever sees them, as what SOPS has encrypted."""

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

_HINT = pattern(
    r"(?:A3T|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]|AccountKey=|://\S+:\S+@|gh[pousr]_|\bgl[a-z]{2,6}-|GR1348941|eyJ|-us\d|_authToken"
    r"|sk-|PRIVATE KEY|PuTTY|pypi-|SG\.|(?i:xox|hooks\.slack|aws.{0,45}[\"'][\w/+]{40})|sq0csp|[rs]k_live_|\d{8}:"
    r"|(?:AC|SK)[a-z0-9]{32}|[MNO][\w-]{23,25}\.[\w-]{6}\."
)
"""What every text of one of these shapes has: without it the detectors need not be asked."""

_GIVEN = pattern(
    r"""(?P<name>[A-Za-z_][\w-]*)["']?\s*(?:=>|[:=])\s*"""
    r"""(?:(?P<quote>["'])(?P<quoted>(?:(?!(?P=quote)).){4,})(?P=quote)"""
    r"""|(?P<bare>(?=[A-Za-z_]*\d)[^\s"'`(),;{}\[\]&]{6,}))"""
)
"""A name and the value that it is given, in code, in a template or in a URL; one without quotes has a digit."""

_PEM = pattern(r"""(?:^|["'\s])([\w+/=]{60,})(?:\\n)?(?:$|["'\s])""")
"""What may be a line of a file of keys, or a long name."""

_WORDS = pattern(r"[A-Z][a-z]{2,}|[a-z]{3,}")
"""Words of a name: the letters of a key change between small and capital sooner."""


def names_secret(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret: DB_PASSWORD, not DB_PASSWORD_ARN."""
    spelt = words(name)
    return re.search(_NAMED, spelt) is not None and re.search(_NOT_SECRET, spelt) is None


def is_encrypted(name: str) -> bool:
    """Whether the name of a variable says that its value is encrypted: of no use to whoever sees it."""
    return re.search(r"(?:^|_)(?:KMS|ENCRYPTED|CIPHERTEXT)(?:_|$)", words(name)) is not None


def is_ciphertext(value: str) -> bool:
    """Whether a text is what KMS has encrypted, which begins alike whatever it is, with the version of its format."""
    return re.fullmatch(r"AQ[EI]CA[HM][A-Za-z0-9+/]{90,}={0,2}", value.strip()) is not None


def hints_at_secret(name: str) -> bool:
    """Whether a variable of that name holds a secret if its value is random."""
    spelt = words(name)
    return re.search(_HINTING, spelt) is not None and re.search(_NOT_SECRET, spelt) is None


def words(name: str) -> str:
    """A name in capitals, with `_` between its words."""
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


@lru_cache(maxsize=4096)
def shows(line: str) -> bool:
    """Whether a secret can be read off a line of a file, or of a message."""
    return (
        (_HINT.search(line) is not None and shape(line) is not None)
        or any(_gives(given) for given in _GIVEN.finditer(line))
        or any(not _is_name(found[1]) for found in _PEM.finditer(line))
    )


def _is_name(text: str) -> bool:
    """Whether a long text is made of words, as names of resources are, few of which begin behind a digit."""
    spelt = sum(map(len, _WORDS.findall(text)))
    return spelt >= 0.7 * len(text) and len(re.findall(r"\d[a-z]", text)) <= 2


def withheld(text: str) -> str:
    """A text without the secrets that can be read off it."""
    if not shows(text):
        return text
    text = _GIVEN.sub(lambda given: _without_value(given) if _gives(given) else given[0], text)
    text = re.sub(r"[^\s\"'`(),]+", lambda word: "***" if shows(word[0]) else word[0], text)
    return "***" if shows(text) else text


def _without_value(given: re.Match[str]) -> str:
    group = "quoted" if given["quoted"] else "bare"
    start, end = given.start(group) - given.start(), given.end(group) - given.start()
    return f"{given[0][:start]}***{given[0][end:]}"


def _gives(given: re.Match[str]) -> bool:
    """Whether a name is given its value, a secret, in plain text."""
    value = given["quoted"] or given["bare"]
    return names_secret(given["name"]) and not is_reference(value) and not is_placeholder(value)


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
