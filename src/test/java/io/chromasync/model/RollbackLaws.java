package io.chromasync.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RollbackLaws {

  private static final long YEAR_3000 = 32_503_680_000_000L;

  @Property
  void c02ALineSaysTheRollback(
      @ForAll @LongRange(max = YEAR_3000) long from,
      @ForAll @LongRange(max = YEAR_3000) long to,
      @ForAll @LongRange(max = YEAR_3000) long noticed,
      @ForAll @LongRange(min = -YEAR_3000, max = YEAR_3000) long since) {
    Rollback rollback = new Rollback(from, to, noticed, since);

    assertThat(Rollback.parse(rollback.line())).isEqualTo(rollback);
    assertThat(Rollback.parse("  " + rollback.line() + " ")).isEqualTo(rollback);
    assertThat(rollback.line()).startsWith("#").doesNotContain("\n");
  }

  @Property
  void c02AnyOtherTextIsNone(@ForAll String text) {
    assertThat(Rollback.parse(text)).isNull();
    assertThat(Rollback.parse("#rewrite " + text)).isNull();
    String year = Instant.MAX.toString();
    assertThat(Rollback.parse(String.join(" ", "#rewrite", year, year, year, year))).isNull();
  }

  @Property
  void c02TheSameRollbackHasOneNameWhoeverNoticesIt(@ForAll long one, @ForAll long other) {
    assertThat(new Rollback(1, 2, one, 0).name()).isEqualTo(new Rollback(1, 2, other, 9).name());
  }
}
