package io.rapidbyte.app.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns that line up; numbers to the right. For one thread. */
public final class TextTable {
  private final List<String[]> rows = new ArrayList<>();

  private TextTable() {}

  /** A table with its heads. */
  public static TextTable of(String... heads) {
    return new TextTable().row(heads);
  }

  /** Adds a row; one shorter than the heads ends early. */
  public TextTable row(String... cells) {
    rows.add(cells.clone());
    return this;
  }

  /** The lines, without trailing blanks. */
  public List<String> lines() {
    int[] widths = new int[rows.stream().mapToInt(row -> row.length).max().orElse(0)];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String blanks = " ".repeat(widths[i] - row[i].length());
      line.append(i == 0 ? "" : "  ");
      line.append(isNumber(row[i]) ? blanks + row[i] : row[i] + blanks);
    }
    return line.toString().stripTrailing();
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty() && Character.isDigit(cell.charAt(0)) && cell.length() < 14;
  }

  /** Prints all lines. */
  public void print(PrintStream out) {
    lines().forEach(out::println);
  }

  /** A size for people: {@code 1.5 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    String units = "KMGTPE";
    int unit = Math.min(units.length() - 1, (63 - Long.numberOfLeadingZeros(bytes)) / 10 - 1);
    double value = bytes / Math.pow(1024, unit + 1.0);
    return String.format(Locale.ROOT, "%.1f %siB", value, units.charAt(unit));
  }
}
