from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdalint.discover import Disk, NoSuchPath, discover, is_generated
from lambdalint.discover.ignored import Patterns
from lambdalint.source import Source, UnreadableSource

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files below a repository that is the current directory."""
    repository = tmp_path / "repository"
    (repository / ".git" / "info").mkdir(parents=True)
    monkeypatch.chdir(repository)

    def files(*paths: str, **texts: str) -> None:
        for path in paths:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text("x\n")
        for path, text in texts.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text)

    return files


def scope(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """The files that are told of."""
    found = discover(paths, lambda _directory: Patterns.of(exclude, os.path.realpath(".")))
    return [path for path in found.scope if found.focus is None or path in found.focus]


# --------------------------------------------------------------------------------------------------------- listing


def test_sizes_are_those_of_every_file(write: Write) -> None:
    write("a/b.py", "a/node_modules/c.js", "a/.git/d", **{".gitignore": "e.bin", "a/e.bin": "1234"})
    assert Disk(["."]).sizes("a") == {"a/b.py": 2, "a/node_modules/c.js": 2, "a/e.bin": 4}
    assert Disk(["."]).sizes("../elsewhere") == {}


def test_a_directory_stands_for_the_files_below_it_in_order(write: Write) -> None:
    write("b.py", "a/z.py", "a.py", "a/b/c.yaml")
    assert scope(".") == ["a.py", "a/b/c.yaml", "a/z.py", "b.py"]
    assert scope("a") == ["a/b/c.yaml", "a/z.py"]
    assert scope("a/b/", "./a") == ["a/b/c.yaml", "a/z.py"]
    assert discover(["."]).focus is None
    assert discover(["a"]).scope == ("a.py", "a/b/c.yaml", "a/z.py", "b.py")


def test_paths_outside_of_the_current_directory_begin_with_dots(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a/x.py", "b/y.py")
    monkeypatch.chdir("a")
    assert scope("../b") == ["../b/y.py"]
    assert scope("..") == ["../b/y.py", "x.py"]
    assert scope(os.path.abspath("../b")) == ["../b/y.py"]
    found = discover(["x.py"]).sources.read("../b/y.py")
    assert found is not None
    assert found.path == "../b/y.py"


@pytest.mark.parametrize(
    "path",
    [
        ".git/config.yaml",
        "node_modules/a/index.js",
        "src/node_modules/index.js",
        "layer/site-packages/a.py",
        ".aws-sam/build/template.yaml",
        "cdk.out/stack.template.json",
        ".terraform/modules/a.json",
        ".serverless/a.json",
        "src/__pycache__/a.py",
        "src/botocore/__init__.py",
        "src/cfnresponse.py",
        "src/api_pb2.py",
        "web/app.min.js",
        "package-lock.json",
    ],
)
def test_what_tools_made_is_left_out(write: Write, path: str) -> None:
    write(path, "src/app.py")
    assert scope(".") == ["src/app.py"]


@pytest.mark.parametrize(
    "path", ["dist/a.py", "build/a.py", "lib/a.py", "bin/a.py", "requests/__init__.py", "numpy/app.py"]
)
def test_what_people_may_have_made_is_kept(write: Write, path: str) -> None:
    write(path)
    assert scope(".") == [path]


def test_a_virtual_environment_is_known_by_its_marker(write: Write) -> None:
    write("own/pyvenv.cfg", "own/lib/a.py", "app.py")
    assert scope(".") == ["app.py"]


def test_installed_packages_are_those_that_their_record_names(write: Write) -> None:
    write("src/app.py", "src/mine/a.py", "src/thing/a.py", "src/thing-1.0.dist-info/METADATA")
    Path("src/thing-1.0.dist-info/RECORD").write_text("thing/a.py,sha256=x,1\nthing-1.0.dist-info/METADATA,,\n")
    assert scope(".") == ["src/app.py", "src/mine/a.py"]


def test_packages_of_others_that_lie_in_a_directory_for_them_are_theirs(write: Write) -> None:
    released = {"src/vendor/queue/__init__.py": "", "src/vendor/queue/client/__init__.py": "__version__ = '1.5.1'\n"}
    write("src/app.py", "src/vendor/queue/client/a.py", "shop/vendor/list/a.py", **released)
    write("src/third_party/own/a.py", **{"src/third_party/own/__init__.py": ""})
    assert scope(".") == [
        "shop/vendor/list/a.py", "src/app.py", "src/third_party/own/__init__.py", "src/third_party/own/a.py",
    ]  # fmt: skip


def test_a_gitignore_leaves_out(write: Write) -> None:
    write("build/a.py", "src/build/b.py", "keep.log", "drop.log", "src/app.py", "src/local.py")
    write(**{".gitignore": "/build/\n*.log\n!keep.log\n", "src/.gitignore": "local.py\n"})
    assert scope(".") == [".gitignore", "keep.log", "src/.gitignore", "src/app.py", "src/build/b.py"]


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize(
    "lines",
    [
        ["*.log", "!keep.log", "build/", "/dist", "a/**/b", "docs/*.md", "**/tmp"],
        ["x[0-9].py", "\\!odd", "a b", "!", "*~", "# a comment", "[z-a]", "\\"],
        ["*", "!/src/", "!/src/**/", "!/src/**/*.py", "!docs/", "/src/build/"],
        ["*", "!*/", "!*.md", "!*/*"],
        ["a/**", "!a/keep.log", "!a/b/", "**/c/*", "/d**s/"],
        ["/*", "!/a", "/a/*", "!/a/b"],
    ],
)
def test_git_reads_a_gitignore_alike(write: Write, lines: list[str]) -> None:
    names = [
        "a.log",
        "keep.log",
        "build",
        "dist",
        "b",
        "c.md",
        "tmp",
        "x1.py",
        "xa.py",
        "!odd",
        "a b",
        "old~",
        "app.py",
    ]
    folders = ("", "a/", "a/b/", "docs/", "a/docs/", "src/build/", "a/c/d/", "src/")
    write(*(folder + name for folder in folders for name in names if f"{folder}{name}/" not in folders))
    write(**{".gitignore": "\n".join(lines) + "\n", "a/c/.gitignore": "!xa.py\n"})
    shutil.rmtree(".git")
    for command in (["init", "-q"], ["-c", "core.quotepath=off", "ls-files", "-o", "--exclude-standard"]):
        said = subprocess.run(["git", *command], check=True, capture_output=True, text=True).stdout
    assert scope(".") == sorted(said.splitlines())


def test_a_nested_gitignore_overrules_the_one_above_it(write: Write) -> None:
    write("a/x.gen.py", "b/x.gen.py")
    write(**{".gitignore": "*.gen.py\n.gitignore\n", "a/.gitignore": "!x.gen.py\n"})
    assert scope(".") == ["a/x.gen.py"]


def test_the_repository_above_the_directory_has_its_say(write: Write) -> None:
    write("a/b/x.log", "a/b/x.py")
    write(**{".gitignore": "*.log\n", ".git/info/exclude": "a/b/secret.py\n", "a/b/secret.py": ""})
    assert scope("a/b") == ["a/b/x.py"]


def test_a_pattern_that_git_does_not_know_says_nothing(write: Write) -> None:
    write("a.py", "b.py")
    write(**{".gitignore": "!\nb.py\n.gitignore\n"})
    assert scope(".") == ["a.py"]


def test_what_is_asked_for_is_read_though_ignored(write: Write) -> None:
    write("build/a.py", "build/sub/b.py", "build/sub/node_modules/c.js", "cdk.out/t.json")
    write(**{".gitignore": "build/\n.gitignore\ncdk.out\n"})
    assert scope(".") == []
    assert scope("build") == ["build/a.py", "build/sub/b.py"]
    assert scope("build/sub") == ["build/sub/b.py"]
    assert scope("build/a.py") == ["build/a.py"]
    assert scope("cdk.out") == ["cdk.out/t.json"]


def test_an_ignored_directory_has_no_files_but_can_be_read_from(write: Write) -> None:
    write("build/a.py")
    write(**{".gitignore": "build/\n"})
    sources = discover(["."]).sources
    assert sources.files("build") == ()
    assert sources.read("build/a.py") is not None


def test_excluded_paths_are_left_out_also_when_given(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", "docs/b.py", "src/docs/c.py", "src/d.py")
    assert scope(".", exclude=("/docs/", "d.py")) == ["a.py", "src/docs/c.py"]
    assert scope("docs/b.py", "a.py", exclude=("docs",)) == ["a.py"]
    monkeypatch.chdir("src")
    assert discover(["."], lambda _directory: Patterns.of(["src/docs"], os.path.realpath(".."))).scope == (
        "../a.py",
        "../docs/b.py",
        "d.py",
    )


def test_links_to_directories_are_not_followed_and_those_to_files_only_within(write: Write, tmp_path: Path) -> None:
    write("a/app.py")
    (tmp_path / "secret.py").write_text("x")
    Path("a/loop").symlink_to("..")
    Path("a/same.py").symlink_to("app.py")
    Path("a/out.py").symlink_to(tmp_path / "secret.py")
    Path("a/broken.py").symlink_to("nowhere")
    Path("a/self.py").symlink_to("self.py")
    assert scope(".") == ["a/app.py", "a/same.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_directory_that_cannot_be_listed_is_remembered(write: Write) -> None:
    write("a/app.py", "b/app.py")
    Path("a").chmod(0)
    try:
        found = discover(["."])
        assert found.scope == ("b/app.py",)
        assert found.sources.skipped == [("a", "permission denied")]
    finally:
        Path("a").chmod(0o755)


def test_deep_directories_are_listed(write: Write) -> None:
    deep = "/".join("d" * 300)
    write()
    before = os.open(".", os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    Path("a.py").write_text("x")
    os.chdir(before)
    os.close(before)
    assert scope(".") == [f"{deep}/a.py"]


# --------------------------------------------------------------------------------------------------------- reading


def test_a_file_is_read_without_its_byte_order_mark_and_with_its_line_ends(write: Write) -> None:
    write()
    Path("a.py").write_bytes(b"\xef\xbb\xbfa\r\nb")
    source = Disk(["."]).read("./x/../a.py")
    assert source == Source("a.py", "a\r\nb")


@pytest.mark.parametrize("path", ["nothing.py", "a", "a.py/b", "a\0b", "x" * 5_000, "\ud800"])
def test_what_is_no_file_is_none(write: Write, path: str) -> None:
    write("a/b.py", "a.py")
    sources = Disk(["."])
    assert sources.read(path) is None
    assert sources.files(path) in {(), ("a/b.py",)}


@pytest.mark.parametrize(
    "path", ["../secret.py", "../../../../../../../../etc/passwd", "/etc/passwd", "out.py", "out/secret.py"]
)
def test_nothing_is_read_outside_of_the_repository(write: Write, tmp_path: Path, path: str) -> None:
    write()
    (tmp_path / "secret.py").write_text("x")
    Path("out.py").symlink_to(tmp_path / "secret.py")
    Path("out").symlink_to(tmp_path)
    assert Disk(["."]).read(path) is None
    assert Disk(["."]).files("..") == ()
    assert Disk(["."]).files("out") == ()


def test_without_a_repository_a_project_goes_as_far_as_templates_lead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x.py").write_text("x")
    (tmp_path / "a" / "b" / "y.py").write_text("y")
    monkeypatch.chdir(tmp_path)
    for given in ("a/b", "a/b/y.py"):
        assert discover([given]).sources.read("a/x.py") is None
    (tmp_path / "a" / "t.yaml").write_text("Resources: {F: {Type: AWS::Serverless::Function, CodeUri: other}}")
    assert discover(["a/b"]).sources.read("a/x.py") is None
    (tmp_path / "a" / "t.yaml").write_text("Resources: {F: {Type: AWS::Serverless::Function, CodeUri: b/}}")
    for given in ("a/b", "a/b/y.py"):
        assert discover([given]).sources.read("a/x.py") is not None


def test_without_a_repository_the_configuration_marks_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "x.py").write_text("x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    assert discover(["a/b"]).sources.read("x.py") is None
    (tmp_path / "pyproject.toml").write_text("[tool.lambdalint]\n")
    assert discover(["a/b"]).sources.read("x.py") is not None


def test_what_is_not_utf_8_is_unreadable_at_its_byte(write: Write) -> None:
    write()
    Path("a.py").write_bytes("é\nxé\n".encode() + b"ab\xff\xfe")
    sources = Disk(["."])
    for _ in range(2):
        with pytest.raises(UnreadableSource, match=r"^a\.py:3:3: not UTF-8: byte 0xff$"):
            sources.read("a.py")


def test_a_huge_file_is_unreadable(write: Write) -> None:
    write()
    with open("a.json", "wb") as file:
        file.truncate(12 * 1024 * 1024 + 1)
    with pytest.raises(UnreadableSource, match="larger than 12 MB"):
        Disk(["."]).read("a.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files")
def test_a_pipe_is_no_file(write: Write) -> None:
    write("a.py")
    os.mkfifo("pipe.py")
    assert Disk(["."]).read("pipe.py") is None
    assert scope(".") == ["a.py"]


def test_a_missing_path_is_named(write: Write) -> None:
    write("a.py")
    with pytest.raises(NoSuchPath, match=r"^nothing/b\.py: no such file or directory$"):
        discover(["a.py", "nothing/b.py"])


# --------------------------------------------------------------------------------------------------- single files


def test_a_file_is_read_with_its_whole_repository(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("template.yaml", "svc/src/app.py", "b/c/x")
    found = discover(["svc/src/app.py"])
    assert found.scope == ("b/c/x", "svc/src/app.py", "template.yaml")
    monkeypatch.chdir("b/c")
    assert discover(["../../svc/src/app.py"]).scope == ("../../svc/src/app.py", "../../template.yaml", "x")
    assert scope("../../svc/src/app.py") == ["../../svc/src/app.py"]


def test_what_is_not_saved_is_among_the_files_as_if_it_were(write: Write) -> None:
    write(**{".gitignore": "*.log\n", "src/app.py": "old"})
    unsaved = {"src/app.py": b"new", "src/more/deep.py": b"1", "src/build.log": b"", "node_modules/a/index.js": b""}
    found = discover(["."], unsaved=unsaved)
    assert [path for path in found.scope if path.endswith(".py")] == ["src/app.py", "src/more/deep.py"]
    assert found.sources.files("src/more") == ("src/more/deep.py",)
    assert found.scope == tuple(path for path in found.scope if not path.endswith((".log", ".js")))
    assert found.sources.read("src/app.py") == Source("src/app.py", "new")
    assert found.sources.binary("src/more/deep.py") == b"1"
    assert found.sources.skipped == []


def test_irrelevant_files_are_tolerated(write: Write) -> None:
    write("template.yaml", "LICENSE", "logo.png")
    found = discover(["LICENSE", "logo.png"])
    assert found.scope == ("LICENSE", "logo.png")
    assert scope("LICENSE", "logo.png") == ["LICENSE", "logo.png"]


def test_files_beside_directories_put_both_in_focus(write: Write) -> None:
    write("template.yaml", "a/x.py", "b/y.py")
    assert scope("a", "b/y.py") == ["a/x.py", "b/y.py"]


# ------------------------------------------------------------------------------------------------------- generated


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a_pb2.py", ""),
        ("a.py", "# Code generated by protoc-gen. DO NOT EDIT.\n"),
        ("a.py", "#\n# Do not edit: this file is generated\n"),
        ("a.py", "# @generated by a tool\n"),
        ("a.js", "x" * 6_000),
        ("a.js", "__webpack_require__(1)"),
        ("index.min.js", ""),
    ],
)
def test_generated_files_are_known(path: str, text: str) -> None:
    assert is_generated(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "x = '" + "y" * 6_000 + "'"),
        ("a.py", "\n" * 700 + "# generated, do not edit"),
        ("a.py", "# Reads the generated report.\n"),
        ("a.js", "exports.handler = async () => {}\n"),
        ("a.js", "x = 1;\n//# sourceMappingURL=data:application/json;base64," + "A" * 6_000 + "\n"),
        ("a.js", "const picture = 'data:image/png;base64," + "A" * 6_000 + "';\n"),
        ("a.js", 'const text = "' + r"\"a\" " * 2_000 + '";\n'),
    ],
)
def test_written_files_are_not_generated(path: str, text: str) -> None:
    assert not is_generated(Source(path, text))
