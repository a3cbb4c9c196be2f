/**
 * Verdict of the demo: Chroma's records compared with the table, from the rules of the domain
 * alone. Shares no code with the job.
 */
package io.chromasync.local.oracle;
