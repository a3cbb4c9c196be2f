package io.chromasync.snapshot;

import io.chromasync.model.Version;
import java.io.Serializable;

/**
 * One data file of an export, as its manifest tells of it.
 *
 * @param key of the object: gzip of JSON lines
 * @param md5 of the object's bytes, in Base64
 * @param items how many lines it has
 * @param asOf of every item; null if each line says when its item was written (an incremental
 *     export)
 */
record ExportedFile(String bucket, String key, String md5, long items, Version asOf)
    implements Serializable {

  String uri() {
    return "s3://" + bucket + "/" + key;
  }

  boolean isIncremental() {
    return asOf == null;
  }
}
