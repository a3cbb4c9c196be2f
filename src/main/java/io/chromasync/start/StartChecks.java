package io.chromasync.start;

import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks at start, each of a different resource that a job needs. A run repeats all checks that
 * have not succeeded yet. All problems are thus reported together, and an unavailable resource does
 * not hide the final errors of other resources.
 *
 * <p>Used by one thread.
 */
public final class StartChecks {

  private final List<Check<?>> checks = new ArrayList<>();

  /** Check with its result, once it has succeeded. */
  public static final class Check<T> {

    private final Supplier<T> attempt;
    private final Check<?> first;
    private boolean done;
    private T found;

    private Check(Supplier<T> attempt, Check<?> first) {
      this.attempt = attempt;
      this.first = first;
    }

    /** Returns the result; null until the check has succeeded. */
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
   * @param attempt check to run; throws {@link InvalidSettings} or {@link Unready} if it fails
   */
  public <T> Check<T> add(Supplier<T> attempt) {
    return add(new Check<>(attempt, null));
  }

  /** Adds a check without a result. */
  public Check<?> add(Runnable attempt) {
    return addAfter(null, attempt);
  }

  /**
   * Adds a check that runs only after another check has succeeded, because it would report the same
   * problems.
   */
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
   * Runs all checks that have not succeeded.
   *
   * @throws InvalidSettings with all problems, if at least one is final
   * @throws Unready with all problems, if all of them are transient
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
