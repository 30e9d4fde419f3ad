"""Code that hands work to the function that it runs in."""

from textwrap import indent

import pytest
from test_evaluate import follow

from lambdalint.meaning.itself import invokes_itself

START = "import os, boto3\nfrom slack_bolt import App\nfunctions = boto3.client('lambda')\nbot = App()\n"


def hands_on(lines: str, before: str = "") -> bool:
    return invokes_itself(follow(f"{before}{START}def handler(event, context):\n{indent(lines, '    ')}\n"))


@pytest.mark.parametrize(
    ("lines", "before"),
    [
        ("functions.invoke(FunctionName=context.function_name, InvocationType='Event')", ""),
        ("functions.invoke(FunctionName=os.environ['AWS_LAMBDA_FUNCTION_NAME'], InvocationType=event['how'])", ""),
        ("functions.invoke_async(FunctionName=context.invoked_function_arn, InvokeArgs='{}')", ""),
        ("bot.event('message')(ack=print, lazy=[print])", ""),
        ("pass", "from zappa.asynchronous import task\n"),
    ],
)
def test_code_that_invokes_its_own_function(lines: str, before: str) -> None:
    assert hands_on(lines, before)


@pytest.mark.parametrize(
    "lines",
    [
        "functions.invoke(FunctionName=context.function_name)",
        "functions.invoke(FunctionName=context.function_name, InvocationType='RequestResponse')",
        "functions.invoke(FunctionName='other', InvocationType='Event')",
        "bot.event('message')(ack=print, lazy=[])",
        "event.get('x')(lazy=[print])",
    ],
)
def test_code_that_waits_or_invokes_another(lines: str) -> None:
    assert not hands_on(lines)
