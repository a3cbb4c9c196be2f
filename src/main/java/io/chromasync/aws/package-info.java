/**
 * Support for all classes that call AWS: factory of clients, classification and description of
 * errors, DynamoDB JSON, and the keys of the table.
 */
package io.chromasync.aws;
