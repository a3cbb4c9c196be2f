package io.chromasync.snapshot;

/** What the table answers. */
sealed interface TableAnswer permits TablePage, Refusal {}
