package io.chromasync.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.InvalidSettings;
import io.chromasync.start.StartChecks.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StartChecksTest {

  private final StartChecks checks = new StartChecks();
  private final List<String> made = new ArrayList<>();
  private boolean away = true;

  @Test
  void c11WhatSucceededIsNotMadeAgain() {
    Check<String> there = checks.add(made("there"));
    Check<String> later = checks.add(awayThen("later", Duration.ofSeconds(3)));
    checks.addAfter(later, () -> made.add("behind"));

    assertThatThrownBy(checks::run)
        .isInstanceOfSatisfying(
            Unready.class,
            unready -> assertThat(unready.atLeast()).isEqualTo(Duration.ofSeconds(3)))
        .hasMessage("later is away");
    away = false;
    checks.run();

    assertThat(made).containsExactly("there", "later", "behind");
    assertThat(there.found()).isEqualTo("there");
    assertThat(later.found()).isEqualTo("later");
  }

  @Test
  void c11WhatIsWrongForGoodIsToldAtOnceWithAllElse() {
    Supplier<String> wrong =
        () -> {
          throw new InvalidSettings(List.of("b is wrong", "c is wrong"));
        };
    checks.add(awayThen("a", Duration.ZERO));
    checks.add(wrong);

    assertThatThrownBy(checks::run)
        .isInstanceOfSatisfying(
            InvalidSettings.class,
            problems ->
                assertThat(problems.problems())
                    .containsExactly("a is away", "b is wrong", "c is wrong"));
  }

  private Supplier<String> made(String name) {
    return () -> {
      made.add(name);
      return name;
    };
  }

  private Supplier<String> awayThen(String name, Duration atLeast) {
    return () -> {
      if (away) {
        throw new Unready(List.of(name + " is away"), atLeast);
      }
      return made(name).get();
    };
  }
}
