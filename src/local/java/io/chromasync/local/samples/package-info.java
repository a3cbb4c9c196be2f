/** Sample receipts, their items in a table, the records that runs make of them, and edits. */
package io.chromasync.local.samples;
