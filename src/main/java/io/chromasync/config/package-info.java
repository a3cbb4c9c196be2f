/**
 * What may be set: typed reading of application properties, with all problems reported together.
 * And what is counted, since all steps count alike.
 *
 * <p>Imports only {@code model} and Flink. Each step keeps its settings record beside their user;
 * start reading at {@link io.chromasync.config.ApplicationProperties}.
 */
package io.chromasync.config;
