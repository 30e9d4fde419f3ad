"""IAM, and the policies of resources."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Document, Many, Row

ROWS: dict[str, Row] = {
    "aws_iam_role": Row(
        "AWS::IAM::Role",
        {
            "name": "RoleName",
            "path": "Path",
            "assume_role_policy": Document("AssumeRolePolicyDocument"),
            "managed_policy_arns": "ManagedPolicyArns",
            "inline_policy": Many("Policies", {"name": "PolicyName", "policy": Document("PolicyDocument")}),
            "permissions_boundary": "PermissionsBoundary",
        },
        {"name": "", "unique_id": "RoleId"},
    ),
    "aws_iam_role_policy": Row(
        "AWS::IAM::RolePolicy",
        {"name": "PolicyName", "role": "RoleName", "policy": Document("PolicyDocument")},
        {"name": ""},
    ),
    "aws_iam_policy": Row(
        "AWS::IAM::ManagedPolicy",
        {"name": "ManagedPolicyName", "path": "Path", "policy": Document("PolicyDocument")},
        {"arn": "", "id": "", "name": "PolicyName", "policy_id": "PolicyId"},
    ),
    "aws_iam_role_policy_attachment": Row(
        "AWS::IAM::RolePolicyAttachment", {"role": "Role", "policy_arn": "PolicyArn"}
    ),
    "aws_iam_policy_attachment": Row("AWS::IAM::RolePolicyAttachment", {"roles": "Role", "policy_arn": "PolicyArn"}),
    "aws_iam_role_policy_attachments_exclusive": Row(
        "AWS::IAM::RolePolicyAttachment", {"role_name": "Role", "policy_arns": "PolicyArn"}
    ),
    "aws_dynamodb_resource_policy": Row(
        "AWS::DynamoDB::ResourcePolicy", {"resource_arn": "ResourceArn", "policy": Document("PolicyDocument")}
    ),
    "aws_kinesis_resource_policy": Row(
        "AWS::Kinesis::ResourcePolicy", {"resource_arn": "ResourceArn", "policy": Document("ResourcePolicy")}
    ),
    "aws_kms_key": Row("AWS::KMS::Key", {"policy": Document("KeyPolicy")}, {"key_id": ""}),
    "aws_kms_alias": Row("AWS::KMS::Alias", {"name": "AliasName", "target_key_id": "TargetKeyId"}),
    "aws_kms_grant": Row("AWS::KMS::Grant", {"key_id": "KeyId"}, partial=True),
    "aws_kms_key_policy": Row("AWS::KMS::KeyPolicy", {"key_id": "KeyId", "policy": Document("KeyPolicy")}),
    "aws_secretsmanager_secret": Row(
        "AWS::SecretsManager::Secret", {"name": "Name", "kms_key_id": "KmsKeyId"}, {"arn": ""}, partial=True
    ),
    "aws_secretsmanager_secret_policy": Row(
        "AWS::SecretsManager::ResourcePolicy", {"secret_arn": "SecretId", "policy": Document("ResourcePolicy")}
    ),
}
