/** What steps that read from elsewhere in a thread of their own have in common. */
package io.chromasync.fetching;
