/**
 * The seam of the domain, and the operators that apply it.
 *
 * <p>A {@link io.chromasync.mapping.Domain} maps items to facts, and facts to records. {@link
 * io.chromasync.mapping.MapItems} and {@link io.chromasync.mapping.MapSnapshots} apply it in the
 * job; the owner of the facts applies its projection. Only these operators and their metrics depend
 * on Flink.
 */
package io.chromasync.mapping;
