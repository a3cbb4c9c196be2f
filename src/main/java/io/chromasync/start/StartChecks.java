package io.chromasync.start;

import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks of a start, each of something else that a job needs. A run makes those that have not
 * succeeded yet, so that all problems are told together, and what is away keeps nobody from hearing
 * what is wrong for good.
 *
 * <p>Used by one thread.
 */
public final class StartChecks {

  private final List<Check<?>> checks = new ArrayList<>();

  /** One check and, once it has succeeded, what it found. */
  public static final class Check<T> {

    private final Supplier<T> attempt;
    private final Check<?> first;
    private boolean done;
    private T found;

    private Check(Supplier<T> attempt, Check<?> first) {
      this.attempt = attempt;
      this.first = first;
    }

    /** What it found; null before. */
    public T found() {
      return found;
    }

    private boolean isDue() {
      return !done && (first == null || first.done);
    }

    private void make() {
      found = attempt.get();
      done = true;
    }
  }

  /**
   * Adds a check.
   *
   * @param attempt throws {@link InvalidSettings} or {@link Unready} if it does not succeed
   */
  public <T> Check<T> add(Supplier<T> attempt) {
    return add(new Check<>(attempt, null));
  }

  /** Adds a check that finds nothing. */
  public Check<?> add(Runnable attempt) {
    return addAfter(null, attempt);
  }

  /** Adds a check that waits for another to succeed, whose problems it would have too. */
  public Check<?> addAfter(Check<?> first, Runnable attempt) {
    return add(
        new Check<>(
            () -> {
              attempt.run();
              return null;
            },
            first));
  }

  /**
   * Makes all checks that have not succeeded.
   *
   * @throws InvalidSettings with all problems, if one is final
   * @throws Unready with all problems, if each may pass by itself
   */
  public void run() {
    List<String> problems = new ArrayList<>();
    boolean isFinal = false;
    Duration atLeast = Duration.ZERO;
    for (Check<?> check : checks) {
      try {
        if (check.isDue()) {
          check.make();
        }
      } catch (InvalidSettings wrong) {
        problems.addAll(wrong.problems());
        isFinal = true;
      } catch (Unready unready) {
        problems.addAll(unready.reasons());
        atLeast = atLeast.compareTo(unready.atLeast()) < 0 ? unready.atLeast() : atLeast;
      }
    }
    if (isFinal) {
      throw new InvalidSettings(problems);
    }
    if (!problems.isEmpty()) {
      throw new Unready(problems, atLeast);
    }
  }

  private <T> Check<T> add(Check<T> check) {
    checks.add(check);
    return check;
  }
}
