package io.rapidbyte.ingest.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.schemas.type.ArrowJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * The golden file: every type's edge values as they are in Arrow. Whatever way a value takes, this
 * is what it must become. {@code -Dgolden.update=true} writes it anew.
 */
public final class Golden {
  static final Path FILE = Path.of("src/test/resources/codec/types.golden");
  private static final String SECTION = "## ";
  private static final String ARROW = " → ";
  private static final int LONG = 200;

  private Golden() {}

  /** The values of each of {@link TypeCase#all}, in that order; a refused one is its code. */
  public static List<List<String>> values() {
    List<List<String>> sections = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(FILE)) {
        if (line.startsWith(SECTION)) {
          sections.add(new ArrayList<>());
        } else if (line.contains(ARROW)) {
          sections.getLast().add(line.substring(line.indexOf(ARROW) + ARROW.length()));
        }
      }
      return sections;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value as the file has it. */
  public static String value(FieldVector vector, int row) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      ArrowJson.write(vector, row, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shortened(out.toString());
  }

  /** A long value is its length. */
  static String shortened(String value) {
    return value.length() > LONG ? value.length() + " characters" : value;
  }
}
