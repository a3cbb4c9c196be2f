package io.chromasync.snapshot;

/** Response of the table: a page or an error. */
public sealed interface TableResponse permits TablePage, TableError {}
