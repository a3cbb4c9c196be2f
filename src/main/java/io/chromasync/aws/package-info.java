/**
 * What every step that speaks to AWS has in common: how a client finds its endpoint, and how an
 * item is written.
 */
package io.chromasync.aws;
