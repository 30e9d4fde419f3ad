"""API Gateway, load balancers, Cognito, AppSync: what waits for a function's answer."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Document, Many, One, Row

_THROTTLING = {
    "throttling_rate_limit": "ThrottlingRateLimit",
    "throttling_burst_limit": "ThrottlingBurstLimit",
    "data_trace_enabled": "DataTraceEnabled",
    "logging_level": "LoggingLevel",
}
_SETTINGS = One("AccessLogSettings", {"destination_arn": "DestinationArn", "format": "Format"})
_POOL_TRIGGER = {"lambda_arn": "LambdaArn", "lambda_version": "LambdaVersion"}

ROWS: dict[str, Row] = {
    "aws_api_gateway_rest_api": Row(
        "AWS::ApiGateway::RestApi",
        {
            "name": "Name",
            "body": Document("Body"),
            "policy": Document("Policy"),
            "binary_media_types": "BinaryMediaTypes",
            "endpoint_configuration": One("EndpointConfiguration", {"types": "Types"}),
        },
        {"root_resource_id": "RootResourceId", "execution_arn": "ExecutionArn"},
        partial=True,
    ),
    "aws_api_gateway_resource": Row(
        "AWS::ApiGateway::Resource",
        {"rest_api_id": "RestApiId", "parent_id": "ParentId", "path_part": "PathPart"},
        {"path": "Path"},
    ),
    "aws_api_gateway_method": Row(
        "AWS::ApiGateway::Method",
        {
            "rest_api_id": "RestApiId",
            "resource_id": "ResourceId",
            "http_method": "HttpMethod",
            "authorization": "AuthorizationType",
            "authorizer_id": "AuthorizerId",
            "api_key_required": "ApiKeyRequired",
            "request_validator_id": "RequestValidatorId",
            "request_models": "RequestModels",
            "request_parameters": "RequestParameters",
        },
    ),
    "aws_api_gateway_integration": Row(
        "AWS::ApiGateway::Integration",
        {
            "rest_api_id": "RestApiId",
            "resource_id": "ResourceId",
            "http_method": "HttpMethod",
            "type": "Type",
            "uri": "Uri",
            "integration_http_method": "IntegrationHttpMethod",
            "timeout_milliseconds": "TimeoutInMillis",
            "response_transfer_mode": "ResponseTransferMode",
            "credentials": "Credentials",
            "request_parameters": "RequestParameters",
        },
    ),
    "aws_api_gateway_authorizer": Row(
        "AWS::ApiGateway::Authorizer",
        {
            "name": "Name",
            "rest_api_id": "RestApiId",
            "type": "Type",
            "authorizer_uri": "AuthorizerUri",
            "authorizer_credentials": "AuthorizerCredentials",
            "authorizer_result_ttl_in_seconds": "AuthorizerResultTtlInSeconds",
            "identity_source": "IdentitySource",
        },
    ),
    "aws_api_gateway_stage": Row(
        "AWS::ApiGateway::Stage",
        {
            "stage_name": "StageName",
            "rest_api_id": "RestApiId",
            "xray_tracing_enabled": "TracingEnabled",
            "variables": "Variables",
            "access_log_settings": One("AccessLogSetting", {"destination_arn": "DestinationArn", "format": "Format"}),
        },
        {"stage_name": ""},
    ),
    "aws_api_gateway_method_settings": Row(
        "AWS::ApiGateway::MethodSettings",
        {"rest_api_id": "RestApiId", "stage_name": "StageName", "settings": One("Settings", _THROTTLING)},
    ),
    "aws_api_gateway_usage_plan": Row(
        "AWS::ApiGateway::UsagePlan",
        {
            "api_stages": Many("ApiStages", {"api_id": "ApiId", "stage": "Stage"}),
            "throttle_settings": One("Throttle", {"rate_limit": "RateLimit", "burst_limit": "BurstLimit"}),
        },
    ),
    "aws_api_gateway_rest_api_policy": Row(
        "AWS::ApiGateway::RestApiPolicy", {"rest_api_id": "RestApiId", "policy": Document("PolicyDocument")}
    ),
    "aws_apigatewayv2_api": Row(
        "AWS::ApiGatewayV2::Api",
        {
            "name": "Name",
            "protocol_type": "ProtocolType",
            "target": "Target",
            "credentials_arn": "CredentialsArn",
            "route_key": "RouteKey",
            "body": Document("Body"),
            "cors_configuration": One(
                "CorsConfiguration",
                {
                    "allow_credentials": "AllowCredentials",
                    "allow_methods": "AllowMethods",
                    "allow_origins": "AllowOrigins",
                },
            ),
        },
        {"api_endpoint": "ApiEndpoint", "execution_arn": "ExecutionArn"},
        partial=True,
    ),
    "aws_apigatewayv2_integration": Row(
        "AWS::ApiGatewayV2::Integration",
        {
            "api_id": "ApiId",
            "integration_type": "IntegrationType",
            "integration_uri": "IntegrationUri",
            "integration_method": "IntegrationMethod",
            "payload_format_version": "PayloadFormatVersion",
            "timeout_milliseconds": "TimeoutInMillis",
            "credentials_arn": "CredentialsArn",
        },
    ),
    "aws_apigatewayv2_route": Row(
        "AWS::ApiGatewayV2::Route",
        {
            "api_id": "ApiId",
            "route_key": "RouteKey",
            "target": "Target",
            "authorization_type": "AuthorizationType",
            "authorizer_id": "AuthorizerId",
            "route_response_selection_expression": "RouteResponseSelectionExpression",
        },
    ),
    "aws_apigatewayv2_authorizer": Row(
        "AWS::ApiGatewayV2::Authorizer",
        {
            "api_id": "ApiId",
            "name": "Name",
            "authorizer_type": "AuthorizerType",
            "authorizer_uri": "AuthorizerUri",
            "authorizer_credentials_arn": "AuthorizerCredentialsArn",
            "authorizer_payload_format_version": "AuthorizerPayloadFormatVersion",
            "authorizer_result_ttl_in_seconds": "AuthorizerResultTtlInSeconds",
            "enable_simple_responses": "EnableSimpleResponses",
            "identity_sources": "IdentitySource",
        },
    ),
    "aws_apigatewayv2_stage": Row(
        "AWS::ApiGatewayV2::Stage",
        {
            "api_id": "ApiId",
            "name": "StageName",
            "auto_deploy": "AutoDeploy",
            "stage_variables": "StageVariables",
            "access_log_settings": _SETTINGS,
            "default_route_settings": One("DefaultRouteSettings", _THROTTLING),
            "route_settings": Many("RouteSettings", {"route_key": "RouteKey", **_THROTTLING}),
        },
        {"name": "", "invoke_url": "InvokeUrl"},
    ),
    "aws_lb_target_group_attachment": Row(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"target_group_arn": "TargetGroupArn", "target_id": "TargetId"},
        partial=True,
    ),
    "aws_cognito_user_pool": Row(
        "AWS::Cognito::UserPool",
        {
            "name": "UserPoolName",
            "lambda_config": One(
                "LambdaConfig",
                {
                    "create_auth_challenge": "CreateAuthChallenge",
                    "custom_message": "CustomMessage",
                    "define_auth_challenge": "DefineAuthChallenge",
                    "post_authentication": "PostAuthentication",
                    "post_confirmation": "PostConfirmation",
                    "pre_authentication": "PreAuthentication",
                    "pre_sign_up": "PreSignUp",
                    "pre_token_generation": "PreTokenGeneration",
                    "user_migration": "UserMigration",
                    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
                    "pre_token_generation_config": One("PreTokenGenerationConfig", _POOL_TRIGGER),
                    "custom_email_sender": One("CustomEmailSender", _POOL_TRIGGER),
                    "custom_sms_sender": One("CustomSMSSender", _POOL_TRIGGER),
                },
            ),
        },
        partial=True,
    ),
    "aws_appsync_graphql_api": Row(
        "AWS::AppSync::GraphQLApi",
        {"name": "Name", "authentication_type": "AuthenticationType", "xray_enabled": "XrayEnabled"},
        {"id": "ApiId"},
    ),
    "aws_appsync_datasource": Row(
        "AWS::AppSync::DataSource",
        {
            "api_id": "ApiId",
            "name": "Name",
            "type": "Type",
            "service_role_arn": "ServiceRoleArn",
            "lambda_config": One("LambdaConfig", {"function_arn": "LambdaFunctionArn"}),
        },
        {"name": "Name"},
        partial=True,
    ),
}  # fmt: skip
ROWS["aws_alb_target_group_attachment"] = ROWS["aws_lb_target_group_attachment"]
