/** Servers that run as processes on this machine: DynamoDB Local, an S3 server and Chroma. */
package io.chromasync.local.servers;
