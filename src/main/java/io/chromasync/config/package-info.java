/**
 * Typed reading of application properties, with all problems reported together.
 *
 * <p>Imports only Flink and Jackson. Each settings record is beside its user; start reading at
 * {@link io.chromasync.config.ApplicationProperties}.
 */
package io.chromasync.config;
