/**
 * The receipts domain: an item is a fact, and the facts of an image define the metadata of its
 * Chroma records.
 *
 * <p>The package has two parts, both pure. {@code ItemMapper} maps one item change; {@link
 * io.chromasync.mapping.MapItems} runs it in the job. {@link
 * io.chromasync.mapping.ReceiptProjection} maps facts to records; the owner of the facts calls it.
 * Only {@code MapItems}, {@code MapSnapshots} and their metrics depend on Flink.
 */
package io.chromasync.mapping;
