/**
 * DynamoDB Streams as a {@link io.chromasync.source.ShardStream}. Start reading at {@link
 * io.chromasync.source.dynamodb.DynamoDbStream}.
 */
package io.chromasync.source.dynamodb;
