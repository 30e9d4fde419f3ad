"""SQS, SNS, Kinesis and Firehose."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Document, Listed, One, Row

ROWS: dict[str, Row] = {
    "aws_sqs_queue": Row(
        "AWS::SQS::Queue",
        {
            "name": "QueueName",
            "visibility_timeout_seconds": "VisibilityTimeout",
            "message_retention_seconds": "MessageRetentionPeriod",
            "max_message_size": "MaximumMessageSize",
            "delay_seconds": "DelaySeconds",
            "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
            "fifo_queue": "FifoQueue",
            "content_based_deduplication": "ContentBasedDeduplication",
            "kms_master_key_id": "KmsMasterKeyId",
            "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
            "redrive_policy": Document("RedrivePolicy"),
            "redrive_allow_policy": Document("RedriveAllowPolicy"),
            "policy": Document("Policy"),
        },
        {"url": "", "name": "QueueName"},
    ),
    "aws_sqs_queue_redrive_policy": Row(
        "AWS::SQS::QueueRedrivePolicy", {"queue_url": "QueueUrl", "redrive_policy": Document("RedrivePolicy")}
    ),
    "aws_sqs_queue_redrive_allow_policy": Row(
        "AWS::SQS::QueueRedriveAllowPolicy",
        {"queue_url": "QueueUrl", "redrive_allow_policy": Document("RedriveAllowPolicy")},
    ),
    "aws_sqs_queue_policy": Row(
        "AWS::SQS::QueuePolicy", {"queue_url": Listed("Queues"), "policy": Document("PolicyDocument")}
    ),
    "aws_sns_topic": Row(
        "AWS::SNS::Topic",
        {
            "name": "TopicName",
            "fifo_topic": "FifoTopic",
            "content_based_deduplication": "ContentBasedDeduplication",
            "kms_master_key_id": "KmsMasterKeyId",
            "policy": Document("Policy"),
        },
        {"id": "", "arn": "", "name": "TopicName"},
    ),
    "aws_sns_topic_policy": Row(
        "AWS::SNS::TopicPolicy", {"arn": Listed("Topics"), "policy": Document("PolicyDocument")}
    ),
    "aws_sns_topic_subscription": Row(
        "AWS::SNS::Subscription",
        {
            "topic_arn": "TopicArn",
            "protocol": "Protocol",
            "endpoint": "Endpoint",
            "redrive_policy": Document("RedrivePolicy"),
            "filter_policy": Document("FilterPolicy"),
            "filter_policy_scope": "FilterPolicyScope",
            "raw_message_delivery": "RawMessageDelivery",
        },
        {"arn": ""},
    ),
    "aws_kinesis_stream": Row(
        "AWS::Kinesis::Stream",
        {
            "name": "Name",
            "shard_count": "ShardCount",
            "retention_period": "RetentionPeriodHours",
            "stream_mode_details": One("StreamModeDetails", {"stream_mode": "StreamMode"}),
        },
        {"id": "Arn", "name": ""},
    ),
    "aws_kinesis_stream_consumer": Row(
        "AWS::Kinesis::StreamConsumer",
        {"name": "ConsumerName", "stream_arn": "StreamARN"},
        {"id": "ConsumerARN", "arn": "ConsumerARN", "name": "ConsumerName"},
    ),
    "aws_kinesis_firehose_delivery_stream": Row(
        "AWS::KinesisFirehose::DeliveryStream", {"name": "DeliveryStreamName"}, {"name": ""}, partial=True
    ),
}
