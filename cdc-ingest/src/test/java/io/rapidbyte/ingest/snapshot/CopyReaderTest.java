package io.rapidbyte.ingest.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.error.RapidbyteException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CopyReaderTest {
  /**
   * {@code COPY (SELECT id, name::text, paid FROM (VALUES (1, 'Ada', true), (2, NULL, false), (3,
   * '', NULL)) t(id, name, paid)) TO STDOUT (FORMAT binary)} of PostgreSQL 18.
   */
  private static final byte[] RECORDED =
      HexFormat.of()
          .parseHex(
              "5047434f50590aff0d0a00"
                  + "00000000"
                  + "00000000"
                  + "0003"
                  + "0000000400000001"
                  + "00000003416461"
                  + "0000000101"
                  + "0003"
                  + "0000000400000002"
                  + "ffffffff"
                  + "0000000100"
                  + "0003"
                  + "0000000400000003"
                  + "00000000"
                  + "ffffffff"
                  + "ffff");

  private static final boolean[] TEXT = {false, true, false};
  private static final List<String> ROWS =
      List.of("b00000001 t416461 b01", "b00000002 n b00", "b00000003 t n");

  @Test
  void readsRowsValuesAndNulls() {
    assertThat(read(TEXT, List.of(RECORDED))).isEqualTo(ROWS);
  }

  @Test
  void readsTheSameWhereverPiecesEnd() {
    for (int cut = 0; cut <= RECORDED.length; cut++) {
      List<byte[]> pieces =
          List.of(
              Arrays.copyOfRange(RECORDED, 0, cut),
              Arrays.copyOfRange(RECORDED, cut, RECORDED.length));
      assertThat(read(TEXT, pieces)).as("cut at %s", cut).isEqualTo(ROWS);
    }
    for (long seed = 0; seed < 200; seed++) {
      assertThat(read(TEXT, pieces(new Random(seed)))).as("seed %s", seed).isEqualTo(ROWS);
    }
  }

  private static List<byte[]> pieces(Random random) {
    List<byte[]> pieces = new ArrayList<>();
    int at = 0;
    while (at < RECORDED.length) {
      int next = Math.min(RECORDED.length, at + random.nextInt(7));
      pieces.add(Arrays.copyOfRange(RECORDED, at, next));
      at = next;
    }
    return pieces;
  }

  @Test
  void readsARowLargerThanItsBuffer() {
    byte[] value = new byte[100_000];
    new Random(1).nextBytes(value);
    byte[] head = HexFormat.of().parseHex("5047434f50590aff0d0a00" + "0000000000000000" + "0001");
    byte[] length = HexFormat.of().parseHex("000186a0");
    List<byte[]> pieces =
        List.of(
            head,
            length,
            Arrays.copyOfRange(value, 0, 60_000),
            Arrays.copyOfRange(value, 60_000, 100_000),
            new byte[] {-1, -1});
    assertThat(read(new boolean[] {false}, pieces))
        .containsExactly("b" + HexFormat.of().formatHex(value));
  }

  @Test
  void readsRowsWithoutColumns() {
    byte[] bytes =
        HexFormat.of().parseHex("5047434f50590aff0d0a00" + "0000000000000000" + "00000000ffff");
    assertThat(read(new boolean[0], List.of(bytes))).containsExactly("", "");
  }

  @Test
  void skipsAHeaderExtension() {
    byte[] bytes =
        HexFormat.of()
            .parseHex("5047434f50590aff0d0a00" + "00000000" + "00000003" + "aabbcc" + "ffff");
    assertThat(read(TEXT, List.of(bytes))).isEmpty();
  }

  @Test
  void refusesWhatIsNoCopyAndWhatIsCutShort() {
    assertRefused("begins without", HexFormat.of().parseHex("00".repeat(19)));
    assertRefused("without its trailer", Arrays.copyOf(RECORDED, RECORDED.length - 1));
    assertRefused("without its trailer", new byte[0]);
    byte[] longer = Arrays.copyOf(RECORDED, RECORDED.length + 1);
    assertRefused("behind its trailer", longer);
    byte[] wide = RECORDED.clone();
    wide[20] = 4;
    assertRefused("4 columns instead of 3", wide);
    byte[] negative = RECORDED.clone();
    negative[21] = (byte) 0xFE;
    assertRefused("a value of", negative);
  }

  private static void assertRefused(String why, byte[] bytes) {
    assertThatThrownBy(() -> read(TEXT, List.of(bytes)))
        .isInstanceOf(RapidbyteException.class)
        .hasMessageContaining("source/copy-format")
        .hasMessageContaining(why);
  }

  private static List<String> read(boolean[] text, List<byte[]> pieces) {
    List<String> rows = new ArrayList<>();
    CopyReader reader = new CopyReader(text);
    for (byte[] piece : pieces) {
      reader.feed(piece, row -> rows.add(show(row)));
    }
    reader.finish();
    assertThat(reader.rows()).isEqualTo(rows.size());
    return rows;
  }

  private static String show(Tuple row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.columns(); i++) {
      String value =
          HexFormat.of().formatHex(row.bytes(), row.offset(i), row.offset(i) + row.length(i));
      values.add(new String(new byte[] {row.kind(i)}, UTF_8) + value);
    }
    return String.join(" ", values);
  }
}
