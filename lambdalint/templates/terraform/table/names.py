"""Types of which no property is read."""

from __future__ import annotations

NAMED: dict[str, str] = {
    "aws_api_gateway_deployment": "AWS::ApiGateway::Deployment",
    "aws_appautoscaling_policy": "AWS::ApplicationAutoScaling::ScalingPolicy",
    "aws_appautoscaling_target": "AWS::ApplicationAutoScaling::ScalableTarget",
    "aws_appsync_function": "AWS::AppSync::FunctionConfiguration",
    "aws_bedrockagent_agent_action_group": "AWS::Bedrock::Agent",
    "aws_cloudfront_distribution": "AWS::CloudFront::Distribution",
    "aws_cloudwatch_composite_alarm": "AWS::CloudWatch::CompositeAlarm",
    "aws_cloudwatch_dashboard": "AWS::CloudWatch::Dashboard",
    "aws_codedeploy_deployment_group": "AWS::CodeDeploy::DeploymentGroup",
    "aws_codepipeline": "AWS::CodePipeline::Pipeline",
    "aws_config_organization_custom_rule": "AWS::Config::OrganizationConfigRule",
    "aws_db_instance": "AWS::RDS::DBInstance",
    "aws_db_proxy": "AWS::RDS::DBProxy",
    "aws_docdb_cluster": "AWS::DocDB::DBCluster",
    "aws_dynamodb_global_table": "AWS::DynamoDB::GlobalTable",
    "aws_efs_access_point": "AWS::EFS::AccessPoint",
    "aws_efs_file_system": "AWS::EFS::FileSystem",
    "aws_elasticache_cluster": "AWS::ElastiCache::CacheCluster",
    "aws_elasticache_replication_group": "AWS::ElastiCache::ReplicationGroup",
    "aws_lambda_invocation": "Custom::LambdaInvocation",
    "aws_lb_target_group": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "aws_lexv2models_bot": "AWS::Lex::BotAlias",
    "aws_mq_broker": "AWS::AmazonMQ::Broker",
    "aws_msk_cluster": "AWS::MSK::Cluster",
    "aws_msk_serverless_cluster": "AWS::MSK::ServerlessCluster",
    "aws_rds_cluster": "AWS::RDS::DBCluster",
    "aws_route53_zone": "AWS::Route53::HostedZone",
    "aws_security_group": "AWS::EC2::SecurityGroup",
    "aws_vpclattice_target_group_attachment": "AWS::VpcLattice::TargetGroup",
}
"""What they are called in CloudFormation, where others refer to them or they to functions."""
