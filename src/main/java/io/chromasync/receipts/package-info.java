/**
 * The domain of receipts: an item is a fact, and the facts of an image define the metadata of its
 * Chroma records.
 *
 * <p>{@link io.chromasync.receipts.Receipts} is the domain, found by {@link
 * java.util.ServiceLoader}; no other package names this one. Everything here is pure and knows no
 * Flink. {@code ItemMapper} maps one item change; {@link io.chromasync.receipts.ReceiptProjection}
 * maps facts to records.
 */
package io.chromasync.receipts;
