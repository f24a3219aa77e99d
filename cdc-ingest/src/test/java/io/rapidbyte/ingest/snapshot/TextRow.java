package io.rapidbyte.ingest.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.decode.Tuple;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of texts for tests. A null is NULL, {@link #UNCHANGED_VALUE} a value left out. */
final class TextRow implements Tuple {
  static final String UNCHANGED_VALUE = "\0unchanged";

  private final List<@Nullable String> values;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> offsets = new ArrayList<>();

  TextRow(@Nullable String... values) {
    this.values = new ArrayList<>();
    for (String value : values) {
      this.values.add(value);
      offsets.add(bytes.size());
      if (value != null && !value.equals(UNCHANGED_VALUE)) {
        bytes.writeBytes(value.getBytes(UTF_8));
      }
    }
    offsets.add(bytes.size());
  }

  /** The row's values, as the constructor takes them. */
  static List<@Nullable String> values(Tuple row) {
    List<@Nullable String> values = new ArrayList<>();
    for (int i = 0; i < row.columns(); i++) {
      values.add(
          switch (row.kind(i)) {
            case NULL -> null;
            case UNCHANGED -> UNCHANGED_VALUE;
            default -> new String(row.bytes(), row.offset(i), row.length(i), UTF_8);
          });
    }
    return values;
  }

  @Override
  public int columns() {
    return values.size();
  }

  @Override
  public byte kind(int column) {
    String value = values.get(column);
    if (value == null) {
      return NULL;
    }
    return value.equals(UNCHANGED_VALUE) ? UNCHANGED : TEXT;
  }

  @Override
  public byte[] bytes() {
    return bytes.toByteArray();
  }

  @Override
  public int offset(int column) {
    return offsets.get(column);
  }

  @Override
  public int length(int column) {
    return offsets.get(column + 1) - offsets.get(column);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
