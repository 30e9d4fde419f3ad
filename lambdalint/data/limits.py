"""How many entries one request may have, as of 2026-11-29.

By the SDK's names of service and operation: the keys that lead to the entries, `*` for each of several lists that count
together, and how many there may be. Sources, the operations' pages:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html,
https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html,
https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html,
https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html and
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
"""

from __future__ import annotations

ENTRIES = {
    ("sqs", "send_message_batch"): (("Entries",), 10),
    ("sqs", "delete_message_batch"): (("Entries",), 10),
    ("sqs", "change_message_visibility_batch"): (("Entries",), 10),
    ("sns", "publish_batch"): (("PublishBatchRequestEntries",), 10),
    ("events", "put_events"): (("Entries",), 10),
    ("kinesis", "put_records"): (("Records",), 500),
    ("firehose", "put_record_batch"): (("Records",), 500),
    ("dynamodb", "batch_write_item"): (("RequestItems", "*"), 25),
    ("dynamodb", "batch_get_item"): (("RequestItems", "*", "Keys"), 100),
    ("dynamodb", "transact_write_items"): (("TransactItems",), 100),
    ("dynamodb", "transact_get_items"): (("TransactItems",), 100),
    ("s3", "delete_objects"): (("Delete", "Objects"), 1000),
    ("ssm", "get_parameters"): (("Names",), 10),
}

OF_ONE = {
    ("sqs", "send_message"): ("send_message_batch", "QueueUrl"),
    ("sqs", "delete_message"): ("delete_message_batch", "QueueUrl"),
    ("sns", "publish"): ("publish_batch", "TopicArn"),
    ("events", "put_events"): ("put_events", ""),
    ("kinesis", "put_record"): ("put_records", "StreamName"),
    ("firehose", "put_record"): ("put_record_batch", "DeliveryStreamName"),
    ("dynamodb", "put_item"): ("batch_write_item", "TableName"),
    ("dynamodb", "delete_item"): ("batch_write_item", "TableName"),
    ("dynamodb", "get_item"): ("batch_get_item", "TableName"),
    ("s3", "delete_object"): ("delete_objects", "Bucket"),
    ("ssm", "get_parameter"): ("get_parameters", ""),
}
"""The operations that do for one entry what one of those does for several: which, and what must be the same for all."""
