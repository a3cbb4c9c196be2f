package io.chromasync.chroma.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.Mutations;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.receipts.ReceiptTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit in front of simulated servers, by tasks that always have a full request ready. */
class InFlightLimitTest {

  private static final int MOST = 4;
  private static final int RECORDS = 500;
  private static final int REQUESTS = 3_000;

  /** Of one request alone, give or take a fifth. */
  private static final int SERVICE_MILLIS = 100;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aServerThatWorksOffOneAfterTheOtherHasHardlyMoreThanOne(long seed) {
    Run run = new Run(new Server(1, 0, seed), 1).run();

    assertThat(run.meanLimit()).isBetween(1.0, 1.3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aServerWithFourCoresHasAlmostFour(long seed) {
    Run run = new Run(new Server(4, 0, seed), 1).run();

    assertThat(run.meanLimit()).isGreaterThan(3.2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aServerWithTwoCoresHasAboutTwo(long seed) {
    assertThat(new Run(new Server(2, 0, seed), 1).run().meanLimit()).isBetween(1.8, 2.6);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aServerThatStartsSlowlyIsNoReasonToStayLow(long seed) {
    Run run = new Run(new Server(4, 100, seed), 1).run();

    assertThat(run.meanLimit()).isGreaterThan(3.2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoTasksThatShareAServerHaveNoMoreThanTheMostInAll(long seed) {
    Run run = new Run(new Server(1, 0, seed), 2).run();

    assertThat(run.meanLimit()).isBetween(2.0, (double) MOST);
  }

  @Test
  void aServerThatBecomesFasterOrSlowerIsFoundOutAgain() {
    Server server = new Server(4, 0, 7);
    Run run = new Run(server, 1);
    assertThat(run.run().meanLimit()).isGreaterThan(3.2);

    server.cores(1);
    assertThat(run.run().meanLimit()).isLessThan(1.4);

    server.cores(4);
    assertThat(run.run().meanLimit()).isGreaterThan(3.2);
  }

  @Test
  void smallRequestsAndSweepsSayNothing() {
    InFlightLimit limit = new InFlightLimit(MOST);
    for (int i = 0; i < 1_000; i++) {
      limit.written(group(Verb.UPDATE, InFlightLimit.LEAST_RECORDS - 1), 1, 10);
      limit.written(group(Verb.DELETE_BY_FILTER, 1), 1, 10);
    }

    assertThat(limit.limit()).isEqualTo(1);
  }

  @Test
  void itIsFromOneToTheMost() {
    Random random = new Random(3);
    InFlightLimit limit = new InFlightLimit(3);
    for (int i = 0; i < 10_000; i++) {
      limit.written(group(Verb.UPSERT, 100), limit.limit(), random.nextInt(1_000));
      assertThat(limit.limit()).isBetween(1, 3);
    }
  }

  private static WriteGroup group(Verb verb, int records) {
    List<Mutation> mutations = Collections.nCopies(records, Mutations.delete(1));
    return new WriteGroup(ReceiptTree.WORDS, verb, mutations, 0);
  }

  /** Works off requests in the order in which they come, one on each core. */
  private static final class Server {
    private final Random random;
    private final int slowRequests;
    private double[] freeAt;
    private int requests;

    private Server(int cores, int slowRequests, long seed) {
      this.random = new Random(seed);
      this.slowRequests = slowRequests;
      cores(cores);
    }

    private void cores(int cores) {
      freeAt = new double[cores];
    }

    /** When it is done with a request that comes now. */
    private double submit(double now) {
      int core = 0;
      for (int i = 1; i < freeAt.length; i++) {
        core = freeAt[i] < freeAt[core] ? i : core;
      }
      double slow = requests++ < slowRequests ? 10 : 1;
      double millis = SERVICE_MILLIS * slow * (0.8 + 0.4 * random.nextDouble());
      freeAt[core] = Math.max(now, freeAt[core]) + millis;
      return freeAt[core];
    }
  }

  /** A request on its way. */
  private record Request(int task, double sentAt, double doneAt, int inFlight) {}

  private static final class Run {
    private final Server server;
    private final List<InFlightLimit> limits = new ArrayList<>();
    private final int[] inFlight;
    private final PriorityQueue<Request> underWay =
        new PriorityQueue<>(Comparator.comparingDouble(Request::doneAt));
    private double now;
    private double sum;
    private int count;

    private Run(Server server, int tasks) {
      this.server = server;
      this.inFlight = new int[tasks];
      for (int task = 0; task < tasks; task++) {
        limits.add(new InFlightLimit(MOST / tasks));
      }
    }

    /** Lets as many requests pass again. */
    private Run run() {
      sum = 0;
      count = 0;
      Arrays.fill(server.freeAt, now);
      send();
      for (int request = 0; request < REQUESTS; request++) {
        Request done = underWay.remove();
        now = Math.max(now, done.doneAt);
        inFlight[done.task]--;
        limits
            .get(done.task)
            .written(
                group(Verb.UPDATE, RECORDS), done.inFlight, Math.round(done.doneAt - done.sentAt));
        send();
        if (request > REQUESTS / 3) {
          sum += limits.stream().mapToInt(InFlightLimit::limit).sum();
          count++;
        }
      }
      return this;
    }

    /** Of all tasks together, once it had time to be found. */
    private double meanLimit() {
      return sum / count;
    }

    private void send() {
      for (int task = 0; task < inFlight.length; task++) {
        while (inFlight[task] < limits.get(task).limit()) {
          inFlight[task]++;
          underWay.add(new Request(task, now, server.submit(now), inFlight[task]));
        }
      }
    }
  }
}
