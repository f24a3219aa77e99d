package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.schemas.stream.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A run of pages of one table or leaf partition: what one COPY reads.
 *
 * @param table where the rows lie
 * @param leaf the partition's number among its siblings, from 0; -1 where the table has none
 * @param from the first page
 * @param to the page behind the last; absent in a table's last range, which has no upper bound
 */
record PageRange(TableName table, int leaf, long from, OptionalLong to) {
  /** No table is cut finer: a range costs a transaction and a label in progress. */
  static final long MIN_PAGES = 512;

  /** Up to here a range stays small, so that its rows come in steps one can watch. */
  static final long USUAL_PAGES = 8192;

  /** No table has more ranges than about this, however large it is. */
  static final int MAX_RANGES = 512;

  PageRange {
    if (from < 0 || (to.isPresent() && to.getAsLong() <= from)) {
      throw new IllegalArgumentException("pages " + from + " to " + to);
    }
  }

  /** What a record's rows are from: {@code 0-8192}, {@code 8192-}, {@code p3:0-}. ASCII. */
  String label() {
    String pages = from + "-" + (to.isPresent() ? Long.toString(to.getAsLong()) : "");
    return leaf < 0 ? pages : "p" + leaf + ":" + pages;
  }

  /**
   * Cuts a table into ranges that together hold every row once, in page order.
   *
   * @param pages how many pages the table has now; may be stale, for the last range is open
   * @param workers how many copy at once: each shall get several ranges
   */
  static List<PageRange> cut(TableName table, int leaf, long pages, int workers) {
    long even = pages / (4L * workers);
    long few = (pages + MAX_RANGES - 1) / MAX_RANGES;
    long step = Math.max(Math.clamp(even, MIN_PAGES, USUAL_PAGES), few);
    List<PageRange> ranges = new ArrayList<>();
    long from = 0;
    while (pages - from > step) {
      ranges.add(new PageRange(table, leaf, from, OptionalLong.of(from + step)));
      from += step;
    }
    ranges.add(new PageRange(table, leaf, from, OptionalLong.empty()));
    return ranges;
  }
}
