package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Rollback;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollbackPolicyTest {

  private static final Duration RETENTION = Duration.ofDays(10);
  private static final long NOW = millis("2026-11-28T12:00:00Z");
  private static final Rollback RECENT = rollback(millis("2026-11-28T06:00:00Z"));
  private static final Rollback OLDEST = rollback(millis("2026-11-19T12:00:00Z"));
  private static final Rollback TOO_OLD = rollback(millis("2026-11-19T12:00:00Z") - 1);
  private static final Rollback UNDATED = rollback(0);
  private static final String CHROMA = "Chroma at http://c (collections 'w' and 'l')";

  @Test
  void c02ByDefaultTheJobFails() {
    RollbackPolicy policy = new RollbackPolicy(OnRollback.FAIL, RETENTION);

    assertThat(policy.fails(RECENT)).isTrue();
    assertThat(policy.repairs(RECENT)).isFalse();
    assertThat(policy.sentence(RECENT, CHROMA))
        .isEqualTo(
            "Chroma at http://c (collections 'w' and 'l') was rolled back from 2026-11-28T11:00:00Z"
                + " to 2026-11-28T06:00:00Z, as by a restored backup, and lacks the writes"
                + " acknowledged in between. Set 'chroma.on-rollback' to repair and start the job"
                + " from its last checkpoint, or start it from a savepoint that is not newer than"
                + " the backup; see 'Chroma was restored from a backup' in docs/how-to/on-call.md");
  }

  @Test
  void c02WhatIsRememberedIsRepaired() {
    RollbackPolicy policy = new RollbackPolicy(OnRollback.REPAIR, RETENTION);

    assertThat(policy.repairs(RECENT)).isTrue();
    assertThat(policy.repairs(OLDEST)).isTrue();
    assertThat(policy.fails(OLDEST)).isFalse();
    assertThat(policy.sentence(RECENT, CHROMA)).contains("All records in state are rewritten");
  }

  @ParameterizedTest
  @EnumSource(names = {"FAIL", "REPAIR"})
  void c02WhatIsForgottenIsNotRepaired(OnRollback onRollback) {
    RollbackPolicy policy = new RollbackPolicy(onRollback, RETENTION);
    for (Rollback old : new Rollback[] {TOO_OLD, UNDATED}) {
      assertThat(policy.fails(old)).isTrue();
      assertThat(policy.repairs(old)).isFalse();
      assertThat(policy.sentence(old, CHROMA))
          .contains("rebuild them, or set", "'resolve.tombstone-retention' is PT240H")
          .doesNotContain("to repair and start");
    }
    assertThat(policy.sentence(UNDATED, CHROMA))
        .contains("holds none of the marks", "'chroma.marks-collection'");
  }

  @Test
  void c02WhatIsIgnoredIsSaid() {
    RollbackPolicy policy = new RollbackPolicy(OnRollback.IGNORE, RETENTION);
    for (Rollback any : new Rollback[] {RECENT, TOO_OLD, UNDATED}) {
      assertThat(policy.fails(any)).isFalse();
      assertThat(policy.repairs(any)).isFalse();
      assertThat(policy.sentence(any, CHROMA)).contains("Chroma is left unchanged");
    }
  }

  private static Rollback rollback(long from) {
    return new Rollback(from, millis("2026-11-28T11:00:00Z"), NOW, from);
  }

  private static long millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }
}
