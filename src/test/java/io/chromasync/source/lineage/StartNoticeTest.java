package io.chromasync.source.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StartNoticeTest {

  private static final Instant NOW = Instant.parse("2026-11-30T02:44:31Z");

  @Test
  void c15LatestNamesTheInstantThatItBeginsAtAndWhatToSetForAnotherStart() {
    assertThat(StartNotice.sentence(StartPosition.LATEST.at(NOW), NOW.plusSeconds(90)))
        .contains("'source.start' latest, which is 2026-11-30T02:44:31Z:")
        .contains("changes from 2026-11-30T02:44:00Z on are read")
        .contains("Deletes of that minute are applied again")
        .endsWith("set 'source.start' to 2026-11-30T02:44:00Z for such a start.");
  }

  /** What the sentence tells to set begins at the instant that it names. */
  @Test
  void c15TheInstantThatIsNamedBeginsWhereItSays() {
    long named = StartPosition.parse("2026-11-30T02:44:00Z").at(NOW).fromMillis(NOW);

    assertThat(named).isEqualTo(StartPosition.LATEST.at(NOW).fromMillis(NOW.plusSeconds(90)));
  }

  @Test
  void c15AMomentSaysThatItsMinuteIsReadFromItsStart() {
    assertThat(StartNotice.sentence(StartPosition.parse("2026-11-30T02:40:59Z"), NOW))
        .contains("'source.start' 2026-11-30T02:40:59Z: changes from 2026-11-30T02:40:00Z on");
    assertThat(StartNotice.sentence(StartPosition.TRIM_HORIZON, NOW)).contains("oldest change");
  }
}
