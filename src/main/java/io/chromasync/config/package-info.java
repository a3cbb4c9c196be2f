/**
 * Typed reading of application properties, with all problems reported together; also the metrics
 * and counters that all operators share.
 *
 * <p>Imports only Flink and Jackson. Each settings record is beside its user; start reading at
 * {@link io.chromasync.config.ApplicationProperties}.
 */
package io.chromasync.config;
