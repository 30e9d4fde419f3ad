"""Both hooks, run by the real pre-commit in a git repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
SHIPPED = ("lambdalint", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
NO_INDEX = ("No matching distribution found", "Could not find a version", "Failed to establish a new connection")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
    pytest.mark.skipif(not (HERE / ".pre-commit-hooks.yaml").is_file(), reason="not a checkout"),
]


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    return subprocess.check_output(["git", *who, *arguments], cwd=folder, text=True).strip()


def commit(folder: Path) -> str:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two services, that has both hooks configured from a copy of this one."""
    hooks = tmp_path_factory.mktemp("hooks")
    for name in SHIPPED:
        source = HERE / name
        if source.is_dir():
            shutil.copytree(source, hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, hooks / name)
    revision = commit(hooks)

    project = tmp_path_factory.mktemp("project")
    for service in ("orders", "returns"):
        shutil.copytree(HERE / "examples" / "orders", project / service, ignore=shutil.ignore_patterns("__pycache__"))
    terraform = project / "infra"
    shutil.copytree(HERE / "tests/fixtures/projects/terraform-thumbnails", terraform)
    shutil.copytree(HERE / "tests/fixtures/projects/sam-orders-api", project / "api")
    (project / "notes.txt").write_text("Nothing of Lambda's.\n", "utf-8")
    (project / "settings.json").write_text("{}\n", "utf-8")
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks.as_posix()}\n  rev: {revision}\n  hooks:\n"
        "  - id: lambdalint\n    verbose: true\n  - id: lambdalint-changed\n    verbose: true\n",
        "utf-8",
    )
    commit(project)
    return project


@pytest.fixture(scope="module")
def home(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environment that it builds for the hooks."""
    home = tmp_path_factory.mktemp("home")
    installed = pre_commit(project, home, "install-hooks")
    if installed.returncode and any(sign in installed.stdout for sign in NO_INDEX):
        pytest.skip("pip reaches no package index, so pre-commit cannot build the hooks' environment")
    assert installed.returncode == 0, installed.stdout
    return home


def pre_commit(project: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_lambdalint_checks_the_whole_repository(project: Path, home: Path) -> None:
    ran = pre_commit(project, home, "run", "lambdalint", "--files", "orders/src/store.py")
    assert ran.returncode == 1, ran.stdout
    assert "orders/template.yaml" in ran.stdout
    assert "returns/template.yaml" in ran.stdout
    assert "[batch-failures-not-enabled]" in ran.stdout


def test_lambdalint_changed_tells_what_concerns_the_changed_files(project: Path, home: Path) -> None:
    ran = pre_commit(project, home, "run", "lambdalint-changed", "--files", "orders/src/store.py", "settings.json")
    assert ran.returncode == 1, ran.stdout
    assert "orders/src/store.py:10:" in ran.stdout
    assert "returns/" not in ran.stdout
    assert "[queue-without-dead-letter]" not in ran.stdout


def test_lambdalint_changed_fails_for_code_that_terraform_deploys(project: Path, home: Path) -> None:
    ran = pre_commit(project, home, "run", "lambdalint-changed", "--files", "infra/src/thumbnail.py")
    assert ran.returncode == 1, ran.stdout
    assert "infra/src/thumbnail.py:19:9: error: " in ran.stdout
    assert "[recursive-trigger]" in ran.stdout
    assert "orders/" not in ran.stdout
    template = pre_commit(project, home, "run", "lambdalint-changed", "--files", "infra/main.tf")
    assert template.returncode == 1, template.stdout
    assert "[async-without-failure-destination]" in template.stdout


def test_lambdalint_changed_fails_for_a_requirement_that_is_gone(project: Path, home: Path) -> None:
    file = project / "api" / "src" / "requirements.txt"
    before = file.read_text("utf-8")
    assert pre_commit(project, home, "run", "lambdalint-changed", "--files", str(file)).returncode == 0
    try:
        file.write_text("", "utf-8")
        ran = pre_commit(project, home, "run", "lambdalint-changed", "--files", str(file))
    finally:
        file.write_text(before, "utf-8")
    assert ran.returncode == 1, ran.stdout
    assert "[undeclared-dependency]" in ran.stdout


def test_files_that_have_nothing_to_do_with_lambda_pass(project: Path, home: Path) -> None:
    changed = pre_commit(project, home, "run", "lambdalint-changed", "--files", "settings.json")
    assert changed.returncode == 0, changed.stdout
    unrelated = pre_commit(project, home, "run", "lambdalint", "--files", "notes.txt")
    assert unrelated.returncode == 0, unrelated.stdout
    assert "Skipped" in unrelated.stdout


@pytest.mark.parametrize(
    "path",
    [
        *(f"src/app.{ending}" for ending in ("py", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx")),
        *("serverless.ts", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "tsconfig.json"),
        *("template.yaml", "main.tf", "src/requirements-dev.txt", "docker/Dockerfile"),
    ],
)
def test_both_hooks_run_for_what_a_finding_may_depend_on(path: str) -> None:
    hooks = re.findall(r"^  files: (.+)$", (HERE / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE)
    assert [bool(re.search(pattern, path)) for pattern in hooks] == [True, True]
    assert not any(re.search(pattern, other) for pattern in hooks for other in ("notes.txt", "logo.png", "app.jsxy"))
