/**
 * Chroma's HTTP API: client, access token, certificate authority, responses. The only package that
 * uses HTTP. Start reading at {@link io.chromasync.chroma.client.Chroma}.
 */
package io.chromasync.chroma.client;
