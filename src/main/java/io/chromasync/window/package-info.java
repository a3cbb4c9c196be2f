/**
 * What is written together: the newest mutation of every record of a lane, until the window closes
 * by size or age.
 *
 * <p>Imports {@code model} and, for its settings, {@code config}. Start reading at {@link
 * io.chromasync.window.GatherMutations}; the rule of what replaces what is {@link
 * io.chromasync.window.Pending}.
 */
package io.chromasync.window;
