"""Functions, their layers and aliases: the rows."""

from __future__ import annotations

from lambdalint.cdk.rows import Field, Row
from lambdalint.cdk.table import grants, roles
from lambdalint.cdk.table.functions import failures, invoked, layers, variables, versions
from lambdalint.cdk.table.functions.fields import FIELDS
from lambdalint.cdk.table.functions.made import function

METHODS = {
    "addEnvironment": variables.add,
    "addLayers": layers.add,
    "addEventSource": invoked.add_source,
    "addEventSourceMapping": invoked.add_mapping,
    "addPermission": invoked.add_permission,
    "addFunctionUrl": invoked.add_url,
    "addAlias": versions.add_alias,
    "addToRolePolicy": roles.add_statement,
    "configureAsyncInvoke": failures.configure,
    **grants.FUNCTION,
}
ROWS = {
    "lambda.Function": Row("AWS::Lambda::Function", FIELDS, function, METHODS),
    "lambda.Alias": Row(
        "AWS::Lambda::Alias",
        {"aliasName": "Name", "description": "Description", "version": None,
         "provisionedConcurrentExecutions": Field("ProvisionedConcurrencyConfig", versions.provisioned)},
        versions.alias,
        {**grants.FUNCTION, "addEventSource": invoked.add_source},
    ),
    "lambda.FunctionUrl": invoked.URL,
    "lambda.LayerVersion": Row(
        "AWS::Lambda::LayerVersion",
        {"layerVersionName": "LayerName", "description": "Description", "license": "LicenseInfo",
         "compatibleRuntimes": "CompatibleRuntimes", "compatibleArchitectures": "CompatibleArchitectures",
         "code": None, "removalPolicy": None, "entry": None, "bundling": None},
        layers.layer,
    ),
}  # fmt: skip
