/**
 * Support for sources: the fetcher thread with its signals, watched folders, and the serialization
 * of split state.
 */
package io.chromasync.fetching;
