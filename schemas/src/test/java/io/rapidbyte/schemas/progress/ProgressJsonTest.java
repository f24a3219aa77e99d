package io.rapidbyte.schemas.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress.Mark;
import io.rapidbyte.schemas.progress.Progress.Partial;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressJsonTest {
  private static final Progress FULL =
      new Progress(
          Progress.FORMAT,
          -3L,
          7,
          "rapidbyte_shop",
          Progress.SlotState.CREATED,
          4_294_967_295L,
          new Mark(new Lsn(0x1_0000_0010L), new Lsn(0x1_0000_0040L)),
          new Partial(new Lsn(0x1_0000_0080L), -2),
          Map.of(
              "public.a",
              new SnapshotState(
                  2,
                  SnapshotState.Phase.COPYING,
                  new Lsn(9),
                  List.of("0-10", "10-20"),
                  null,
                  5,
                  SnapshotState.Owed.NONE),
              "public.b",
              new SnapshotState(
                  1,
                  SnapshotState.Phase.CHUNKING,
                  new Lsn(9),
                  List.of(),
                  List.of("1", "x\"y"),
                  1L << 40,
                  new SnapshotState.Owed(List.of(List.of("2", ""), List.of("3", "y")), true)),
              "public.c",
              SnapshotState.begun(3, SnapshotState.Phase.CHUNKING, new Lsn(9))
                  .withOwed(SnapshotState.Owed.TOO_MANY)),
          Map.of("public.a", 1, "public.b", 12),
          1L << 33);

  @Test
  void comesBackAsItWas() {
    assertThat(ProgressJson.read(ProgressJson.write(FULL))).isEqualTo(FULL);
    Progress whole = FULL.withLog(FULL.last(), null);
    assertThat(ProgressJson.read(ProgressJson.write(whole))).isEqualTo(whole);
  }

  @Test
  void readsDocumentsFromBeforeThereWereCommands() {
    String old = new String(ProgressJson.write(FULL), UTF_8).replace(",\"control\":8589934592", "");
    assertThat(ProgressJson.read(old.getBytes(UTF_8))).isEqualTo(FULL.withControl(0));
  }

  @Test
  void refusesAFormatItDoesNotKnow() {
    assertThatThrownBy(() -> ProgressJson.read("{\"format\":2}".getBytes(UTF_8)))
        .hasMessageContaining("format: 2");
  }
}
