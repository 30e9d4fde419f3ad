"""terraform-aws-modules/step-functions: a state machine.

https://registry.terraform.io/modules/terraform-aws-modules/step-functions/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.hcl.documents import document
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public

_MACHINE = "aws_sfn_state_machine.this"

_NAMES = {"name": "StateMachineName", "type": "StateMachineType", "definition": "Definition"}

OUTPUTS: dict[str, tuple[str, str]] = {
    "state_machine_arn": (_MACHINE, "Arn"),
    "state_machine_id": (_MACHINE, "Arn"),
    "state_machine_name": (_MACHINE, "Name"),
}


def resources(call: Public) -> Iterator[Resource]:
    """What a call makes; its role and its log group are the module's own."""
    if call.switch("create", default=True) is False:
        return
    entries, keys = call.renamed(_NAMES)
    if "Definition" in entries:
        found = document(entries["Definition"], call.instance.scope)
        if found is not None:
            entries["Definition"] = found
    yield call.made("AWS::StepFunctions::StateMachine", _MACHINE, entries, keys, partial=True)
