package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkCommitterTest {

  private static final RunReport REPORT =
      Deltas.report("img", 1, "run", ReceiptTree.WORDS, 3, null, null, null);
  private static final DeadLetter LETTER =
      new DeadLetter(
          ItemChanges.insert(Items.word("img", 1, 2, 3, "TAX"), ItemChanges.at(1)),
          "receipt/1/line/2/word/3",
          DeadLetter.Reason.REJECTED,
          "refused");
  private static final DeadLetter UNKNOWN =
      new DeadLetter(null, "image", DeadLetter.Reason.REJECTED, "refused too");

  @TempDir private Path folder;

  private final Reports reports = new Reports();

  @Test
  void lettersAreLinesOfAFile() throws Exception {
    committer().commit(requests(SinkCommittable.of(List.of(LETTER, UNKNOWN))));

    assertThat(lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("{\"reason\":\"rejected\",\"entity\":\"receipt/1/line/2/word/3\",")
                    .contains("\"record\":{\"eventName\":\"INSERT\"", "\"NewImage\":{"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "{\"reason\":\"rejected\",\"entity\":\"image\",\"time\":null,\"detail\":\"refused too\","
                            + "\"origin\":null,\"record\":null}"));
  }

  @Test
  void lettersThatAreToldTwiceAreOneFile() throws Exception {
    SinkCommittable notice = SinkCommittable.of(List.of(LETTER));

    committer().commit(requests(notice));
    committer().commit(requests(notice, SinkCommittable.of(List.of(UNKNOWN))));

    assertThat(lines()).hasSize(2);
    assertThat(files()).hasSize(2);
  }

  @Test
  void c04LettersAreInTheFolderThatTheSettingNames() throws Exception {
    Path named = folder.resolve("dead letters #1 50%20off ü");
    DeadLetterSettings settings = new DeadLetterSettings(named.toUri().toString(), null);

    new SinkCommitter(reports, settings).commit(requests(SinkCommittable.of(List.of(LETTER))));

    assertThat(named).isDirectory();
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFileThatWasLeftInTheMiddleIsWrittenAnew() throws Exception {
    committer().commit(requests(SinkCommittable.of(List.of(LETTER))));
    List<String> whole = lines();
    Files.writeString(files().get(0), "{\"reason\"");

    committer().commit(requests(SinkCommittable.of(List.of(LETTER))));

    assertThat(lines()).isEqualTo(whole);
  }

  @Test
  void reportsAreToldTogetherAndAnsweredOneByOne() throws Exception {
    List<Request> requests =
        all(
            SinkCommittable.of(REPORT),
            SinkCommittable.of(List.of(LETTER)),
            SinkCommittable.of(REPORT.without(1)));

    committer().commit(List.copyOf(requests));

    assertThat(reports.told).containsExactly(List.of(REPORT, REPORT.without(1)));
    assertThat(requests)
        .extracting(request -> request.answer)
        .containsExactly("later", null, "later");
  }

  @Test
  void lettersAloneTellNoReport() throws Exception {
    committer().commit(requests(SinkCommittable.of(List.of(LETTER))));

    assertThat(reports.told).isEmpty();
  }

  @Test
  void aFolderThatCannotBeWrittenNamesTheSetting() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    SinkCommitter committer =
        new SinkCommitter(reports, new DeadLetterSettings(file.toUri().toString(), null));

    assertThatThrownBy(() -> committer.commit(requests(SinkCommittable.of(List.of(LETTER)))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 dead letters could not be written to")
        .hasMessageContaining("'dead-letters.uri'");
  }

  private SinkCommitter committer() {
    return new SinkCommitter(reports, new DeadLetterSettings(folder.toUri().toString(), null));
  }

  private static List<Request> all(SinkCommittable... notices) {
    return Stream.of(notices).map(Request::new).toList();
  }

  private static List<CommitRequest<SinkCommittable>> requests(SinkCommittable... notices) {
    return List.copyOf(all(notices));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files()) {
      lines.addAll(Files.readAllLines(file));
    }
    return lines;
  }

  /** Tells nothing at once. */
  private static final class Reports implements Committer<RunReport> {

    private final List<List<RunReport>> told = new ArrayList<>();

    @Override
    public void commit(java.util.Collection<CommitRequest<RunReport>> requests) {
      told.add(requests.stream().map(CommitRequest::getCommittable).toList());
      requests.forEach(CommitRequest::retryLater);
    }

    @Override
    public void close() {}
  }

  private static final class Request implements CommitRequest<SinkCommittable> {

    private final SinkCommittable notice;
    private String answer;

    private Request(SinkCommittable notice) {
      this.notice = notice;
    }

    @Override
    public SinkCommittable getCommittable() {
      return notice;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable cause) {
      answer = "failed";
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable cause) {
      answer = "failed";
    }

    @Override
    public void retryLater() {
      answer = "later";
    }

    @Override
    public void updateAndRetryLater(SinkCommittable updated) {
      answer = "updated";
    }

    @Override
    public void signalAlreadyCommitted() {
      answer = "already";
    }
  }
}
