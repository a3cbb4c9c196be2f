package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.servers.S3Server;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;

class S3ServerIT {

  @Test
  void anObjectSurvivesAKillUntilItIsDeleted() {
    try (S3Server s3 = S3Server.startEmpty()) {
      s3.createBucket("deltas");
      s3.put("deltas", "words/delta/1/a.bin", "hello".getBytes(StandardCharsets.UTF_8));

      s3.kill();
      s3.restart();
      assertThat(read(s3, "words/delta/1/a.bin")).isEqualTo("hello");
      assertThat(objects(s3)).isEqualTo(1);

      s3.delete("deltas", "words/delta/1/a.bin");
      assertThat(objects(s3)).isZero();
    }
  }

  private static String read(S3Server s3, String key) {
    return s3.client()
        .getObject(r -> r.bucket("deltas").key(key), AsyncResponseTransformer.toBytes())
        .join()
        .asUtf8String();
  }

  private static int objects(S3Server s3) {
    return s3.client()
        .listObjectsV2(request -> request.bucket("deltas").prefix("words/"))
        .join()
        .keyCount();
  }
}
