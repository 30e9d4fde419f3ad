"""What the repository around a template says of steps that the template does not show: scripts, pipelines, readmes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.code.once import Once
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Sources, UnreadableSource

_TOLD = pattern(
    r"(?i)(makefile|dockerfile|jenkinsfile|justfile|procfile|rakefile|taskfile)[^/]*|readme[^/]*"
    r"|[^/]*\.(sh|bash|ya?ml|mk|tf|ps1|bat|cmd|md|rst|toml|ini|cfg|ts|mts|js|mjs|go|java|cs|py)|package\.json"
)
"""Names of the files that build and deploy projects, or say how."""

_STEPS = frozenset({
    ".github", ".circleci", ".gitlab", ".buildkite", ".azure", ".projen", "bin", "build", "ci", "cicd", "deploy",
    "deployment", "hack", "make", "pipeline", "pipelines", "script", "scripts", "tools",
})  # fmt: skip
"""Names of the directories that hold what builds and deploys a repository."""

_DEEP = 2
"""How many directories below that of a template its own steps may lie."""

_LARGEST = 300_000

INSTALLS = pattern(
    r"pip[\d.]*[\"',\s]+install\b(?:[^\n]|\\\r?\n)*[\s\"'](-t|--target|--prefix|--platform)\b"
    r"|\bpip[\d.]*[\"',\s]+(wheel|download)\b"
    r"|\b(poetry|pipenv|pdm|uv)[\"',\s]+(export|requirements|lock -r|sync --system)\b"
    r"|\bPython(Function|LayerVersion)\b|\bbundling\b|site-packages|\bpip_requirements\b|\bpoetry_install\b"
    r"|\bserverless-(scriptable|plugin-scripts|hooks)"
)
"""What puts packages beside code otherwise than by what the template says."""

PACKS = pattern(
    r"(?m)(^|[\s\"'`;&|$(@-])(cp|mv|ln|rsync|zip|7z|tar|robocopy|xcopy|Copy-Item|Compress-Archive)[\"',]*[ \t]+"
    r"[\w\"'$./~-]"
    r"|\b(copytree|copyfile|copy2|copySync|cpSync|copyFileSync|make_archive|ZipFile|archiver)\b|\bCOPY\s+\S"
    r"|\b(pants|bazel|nx|turbo)\b"
)
"""What puts files beside others otherwise than by what the template says."""

PLUGIN = pattern(r"\bserverless-(python-requirements|poetry|uv)")
"""What has the Serverless Framework install Python packages."""

LATER_PLUGIN = pattern(r"\"serverless-python-requirements\"\s*:\s*\"[~^>=v\s]*([3-9]|[1-9]\d)\b")
"""A release of the plugin that heeds no `#no-deploy` in requirements.txt, in package.json.

https://github.com/serverless/serverless-python-requirements
"""

CONFIGURES = pattern(
    r"\bupdate[-_]function[-_]configuration\b|(?<!:)\bUpdateFunctionConfiguration\b"
    r"|\b(?:require\(|from\s+)[\"'](?:dotenv-webpack|esbuild-plugin-(?:dotenv|environment|env))[\"']"
    r"|\bnew\s+(?:webpack\.)?EnvironmentPlugin\("
)
"""What sets a function's variables otherwise than by what the template says, or puts their values into its bundle.

https://github.com/mrsteele/dotenv-webpack
"""

DEPLOYS = pattern(
    r"\b(create|update)[-_]function([-_]code)?\b|\b(Create|Update)Function(Code)?(Command|Request|Input)\b"
    r"|\blambda-(deploy|upload)\b|\b(zappa|chalice|claudia|pulumi)[\"',\s]+(deploy|update|up)\b"
)
"""What deploys functions otherwise than by a template."""

SERVES = pattern(
    r"\b(?:o?sls|serverless)\b(?![- ]offline)[^\n;&|]{0,60}?\bdeploy\b"
    r"|\bserverless/github-action\b|\bserverless-deploy\b"
)
"""What deploys services of the Serverless Framework."""

OFFLINE = pattern(r"\b(?:o?sls|serverless)[\"',\s]+offline\b")
"""What runs such a service on one's own machine."""

OTHERWISE = pattern(
    r"\b(?:terraform|tofu|terragrunt)\b[^\n]{0,40}\b(?:apply|init|plan)\b|\b(?:cdk|sam)[\"',\s]+deploy\b"
    r"|\bcloudformation[\"',\s]+(?:deploy|(?:create|update)-stack)\b|\bupdate-function-code\b"
)
"""What deploys functions and is not the Serverless Framework."""

UPDATES = pattern(
    r"\bupdate[-_]function[-_]code\b|(?<!:)\bUpdateFunctionCode(Command|Request|Input)?\b|\bupdateFunctionCode\b"
    r"|\b(taint|-replace|-target)\b[^\n]*\baws_lambda_function\b|\baws-lambda-deploy\b|\blambda-(deploy|upload|action)\b"
)
"""What deploys new code of functions that are there, past their template."""


@dataclass(slots=True)
class Surroundings:
    """The repository around the templates of a run; each file is looked at once."""

    sources: Sources
    _says: dict[tuple[str, re.Pattern[str]], bool] = field(default_factory=dict)
    _said: dict[tuple[str, re.Pattern[str]], bool] = field(default_factory=dict)
    """What is said around the directories that were asked about: many functions have one home."""
    _names: dict[str, frozenset[str]] = field(default_factory=dict)
    _modules: dict[str, frozenset[str]] = field(default_factory=dict)
    once: Once = field(default_factory=Once)

    def says(self, home: str, what: re.Pattern[str]) -> bool:
        """Whether a script or a text near a template's directory, or one of its repository's own, says something."""
        if (home, what) not in self._said:
            self._said[home, what] = self._is_said_around(home, what)
        return self._said[home, what]

    def _is_said_around(self, home: str, what: re.Pattern[str]) -> bool:
        deep = True
        for directory in self.above(home):
            if any(self.file_says(path, what) for path in self._near(directory, deep=deep)):
                return True
            # The program that wrote what is in cdk.out lies beside it.
            deep = posixpath.basename(directory) == "cdk.out"
        return False

    def configures(self, home: str) -> bool:
        """Whether something else than the template in a directory may set the variables of its functions."""
        return self.says(home, CONFIGURES)

    def read(self, path: str) -> Source | None:
        """The file at a path; None also where it is not text."""
        try:
            return self.sources.read(posixpath.normpath(path))
        except UnreadableSource:
            return None

    def above(self, home: str) -> Iterator[str]:
        """A directory and those above it, as long as they are of the repository."""
        directory = posixpath.normpath(home or ".")
        while self.sources.files(directory):
            yield directory
            directory = posixpath.normpath(posixpath.join(directory, ".."))

    def names(self, directory: str) -> frozenset[str]:
        """The names of the directories and files below a directory, without their endings."""
        if directory not in self._names:
            self._names[directory] = self.once.of(_parts, self.sources.files(directory))
        return self._names[directory]

    def modules(self, directory: str) -> frozenset[str]:
        """The names of what can be imported from a directory, whoever put it there."""
        if directory not in self._modules:
            before = "" if directory == "." else f"{directory}/"
            inner = (path.removeprefix(before) for path in self.sources.sizes(directory))
            self._modules[directory] = frozenset(_module(path.rpartition("site-packages/")[2]) for path in inner)
        return self._modules[directory]

    def _near(self, directory: str, *, deep: bool) -> Iterator[str]:
        for path in self.sources.files(directory):
            first, slash, rest = path.removeprefix(f"{directory}/").partition("/")
            near = not slash or first in _STEPS or (deep and rest.count("/") <= _DEEP)
            if near and _TOLD.fullmatch(posixpath.basename(path)):
                yield path

    def file_says(self, path: str, what: re.Pattern[str]) -> bool:
        """Whether a file says something."""
        if (path, what) not in self._says:
            source = self.read(path)
            self._says[path, what] = (
                source is not None and len(source.text) <= _LARGEST and self.once.of(_says, source, what)
            )
        return self._says[path, what]


def _says(source: Source, what: re.Pattern[str]) -> bool:
    return what.search(source.text) is not None


def _parts(paths: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part.partition(".")[0] for path in paths for part in path.split("/"))


def _module(path: str) -> str:
    """The module that a file belongs to: `requests/api.py`, `six.py`, `_cffi.cpython-312-x86_64-linux-gnu.so`."""
    first, slash, _ = path.partition("/")
    if slash:
        return first
    return first.partition(".")[0] if first.endswith((".py", ".so", ".pyd", ".pyc")) else ""
