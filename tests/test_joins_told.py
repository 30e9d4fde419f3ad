"""How it is told where code was found that no template leads to."""

from lambdalint.lint import lint
from lambdalint.source import Texts

FUNCTIONS = """\
resource "aws_lambda_function" "sheet" {
  for_each      = toset(["orders", "refunds"])
  function_name = "sheet-${each.key}"
  role          = "arn:aws:iam::123456789012:role/sheet"
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = "../dist/sheet_import.zip"
}
"""


def test_instances_of_one_block_share_one_line() -> None:
    code = "def handler(event, context):\n    return None\n"
    files = {"infra/main.tf": FUNCTIONS, "lambdas/sheet_import/app.py": code, "lambdas/other/app.py": code}
    (join,) = lint(Texts(files), sorted(files), []).joins
    assert join[0].path == "infra/main.tf"
    assert join[1] == (
        "lambdas/sheet_import/app.py is taken for its code: sheet_import.zip ends in its directory's name"
    )
