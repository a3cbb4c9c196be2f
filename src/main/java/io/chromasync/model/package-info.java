/**
 * The words: plain Java records that cross the wire between steps or sit in state.
 *
 * <p>May import nothing but the JDK. Records here are public and of plain fields, so that Flink
 * serializes them without Kryo; they only ever grow, at the end, by components that mean something
 * when null.
 */
package io.chromasync.model;
