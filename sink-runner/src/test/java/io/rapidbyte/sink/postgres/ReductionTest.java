package io.rapidbyte.sink.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.testkit.Seeds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReductionTest {
  /** A change of a row with a key and two data columns behind it. */
  private record Change(
      Op op, String key, int generation, List<Integer> unchanged, boolean before) {
    Change(Op op, String key, Integer... unchanged) {
      this(op, key, 1, List.of(unchanged), false);
    }
  }

  private record Changes(List<Change> changes) implements Reduction.Rows {
    @Override
    public int count() {
      return changes.size();
    }

    @Override
    public int dataColumns() {
      return 3;
    }

    @Override
    public Op op(int row) {
      return changes.get(row).op;
    }

    @Override
    public int generation(int row) {
      return changes.get(row).generation;
    }

    @Override
    public boolean hasUnchanged(int row) {
      return !changes.get(row).unchanged.isEmpty();
    }

    @Override
    public BitSet unchanged(int row) {
      BitSet columns = new BitSet();
      changes.get(row).unchanged.forEach(columns::set);
      return columns;
    }

    @Override
    public boolean hasBefore(int row) {
      return changes.get(row).before;
    }

    @Override
    public void key(int row, Bytes out) {
      byte[] key = changes.get(row).key.getBytes(UTF_8);
      out.put(key, 0, key.length);
    }
  }

  private static Reduction reduce(Change... changes) {
    return Reduction.of(new Changes(List.of(changes)));
  }

  private static int[] sources(Reduction reduction, int row) {
    return reduction.completion(row).orElseThrow().sources();
  }

  @Test
  void keepsTheLastChangeOfAKey() {
    Reduction reduction =
        reduce(
            new Change(Op.INSERT, "a"),
            new Change(Op.UPDATE, "b"),
            new Change(Op.UPDATE, "a"),
            new Change(Op.DELETE, "b"));
    assertThat(reduction.keys()).isEqualTo(2);
    assertThat(reduction.lastRow(0)).isEqualTo(2);
    assertThat(reduction.isDelete(0)).isFalse();
    assertThat(reduction.isFresh(0)).isTrue();
    assertThat(reduction.lastRow(1)).isEqualTo(3);
    assertThat(reduction.isDelete(1)).isTrue();
    assertThat(reduction.isFresh(1)).isFalse();
  }

  @Test
  void takesUnchangedValuesFromTheNewestEarlierRowThatHasThem() {
    Reduction reduction =
        reduce(
            new Change(Op.INSERT, "a"),
            new Change(Op.UPDATE, "a", 1),
            new Change(Op.UPDATE, "a", 1, 2));
    assertThat(sources(reduction, 2)).containsExactly(Reduction.OWN, 0, 1);
    assertThat(reduction.completion(2).orElseThrow().needsTable()).isFalse();
  }

  @Test
  void leavesWhatNoEarlierRowHasToTheTable() {
    Reduction reduction = reduce(new Change(Op.UPDATE, "a", 1, 2), new Change(Op.UPDATE, "a", 1));
    assertThat(sources(reduction, 1))
        .containsExactly(Reduction.OWN, Reduction.TABLE, Reduction.OWN);
    assertThat(reduction.completion(1).orElseThrow().baseRow()).isEqualTo(Reduction.OWN);
  }

  @Test
  void followsAKeyChangeToTheOldKeysRow() {
    Reduction reduction =
        reduce(
            new Change(Op.DELETE, "a"),
            new Change(Op.INSERT, "b", 1, List.of(2), true),
            new Change(Op.UPDATE, "b", 2));
    assertThat(sources(reduction, 2))
        .containsExactly(Reduction.OWN, Reduction.OWN, Reduction.TABLE);
    assertThat(reduction.completion(2).orElseThrow().baseRow()).isEqualTo(1);
  }

  @Test
  void hasNoBaseBehindADeleteOrInAnOlderGeneration() {
    Reduction reduction =
        reduce(
            new Change(Op.DELETE, "a"),
            new Change(Op.UPDATE, "a", 1),
            new Change(Op.SNAPSHOT, "b", 1, List.of(), false),
            new Change(Op.UPDATE, "b", 2, List.of(1), false));
    assertThat(reduction.missing().stream()).containsExactly(1, 3);
  }

  @Test
  void agreesWithApplyingOneRowAfterAnother() {
    Seeds.forAll(
        300,
        random -> {
          List<Change> changes = new ArrayList<>();
          Map<String, Integer> last = new HashMap<>();
          Map<String, Boolean> deleted = new HashMap<>();
          for (int i = 0; i < 200; i++) {
            String key = "k".repeat(random.nextInt(3)) + random.nextInt(40);
            Op op = List.of(Op.values()).get(random.nextInt(4));
            changes.add(new Change(op, key));
            last.put(key, i);
            deleted.put(key, op == Op.DELETE);
          }
          Reduction reduction = Reduction.of(new Changes(changes));
          assertThat(reduction.keys()).isEqualTo(last.size());
          for (int key = 0; key < reduction.keys(); key++) {
            String name = changes.get(reduction.lastRow(key)).key;
            assertThat(reduction.lastRow(key)).isEqualTo(last.get(name));
            assertThat(reduction.isDelete(key)).isEqualTo(deleted.get(name));
          }
        });
  }
}
