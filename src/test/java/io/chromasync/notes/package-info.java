/**
 * A second domain, in tests only, which proves that the engine depends on no domain: notes with
 * tags, whose items contain their own vectors.
 */
package io.chromasync.notes;
