package io.chromasync.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class VersionLaws {

  @Property
  void orderIsThatOfTimeThenNumber(
      @ForAll("versions") Version one, @ForAll("versions") Version other) {
    int byTime = Long.compare(one.micros(), other.micros());
    int byNumber = number(one).compareTo(number(other));

    assertThat(Integer.signum(one.compareTo(other)))
        .isEqualTo(Integer.signum(byTime != 0 ? byTime : byNumber));
  }

  @Property
  void orderIsTotal(
      @ForAll("versions") Version a, @ForAll("versions") Version b, @ForAll("versions") Version c) {
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
      assertThat(a.compareTo(c)).isLessThanOrEqualTo(0);
    }
  }

  @Property
  void theGreaterOfTwoIsNotBelowEither(
      @ForAll("versions") Version a, @ForAll("versions") Version b) {
    assertThat(Version.max(a, b)).isGreaterThanOrEqualTo(a).isGreaterThanOrEqualTo(b);
    assertThat(Version.max(a, null)).isEqualTo(a);
    assertThat(Version.max(null, b)).isEqualTo(b);
  }

  /** Few times and short numbers, so that ties and leading zeros are common. */
  @Provide
  Arbitrary<Version> versions() {
    Arbitrary<Long> micros = Arbitraries.longs().between(0, 3).map(second -> second * 1_000_000);
    Arbitrary<String> sequence =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars('0', '1', '9').ofMaxLength(3),
            Arbitraries.strings().numeric().ofMinLength(18).ofMaxLength(41));
    return Combinators.combine(micros, sequence).as(Version::new);
  }

  private static BigInteger number(Version version) {
    return version.sequence().isEmpty() ? BigInteger.ZERO : new BigInteger(version.sequence());
  }
}
