package io.rapidbyte.ingest.plan;

import java.util.List;

/**
 * Rows that are to be read again by key.
 *
 * @param keys key columns' values in text form, as somebody wrote them
 * @param next with their rows the commands before this offset are executed
 */
public record KeyOrder(String stream, List<List<String>> keys, long next) {
  public KeyOrder {
    keys = keys.stream().map(List::copyOf).toList();
  }
}
