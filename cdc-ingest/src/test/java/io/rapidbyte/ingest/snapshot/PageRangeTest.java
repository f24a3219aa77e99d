package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageRangeTest {
  private static final TableName TABLE = new TableName("public", "orders");

  @Test
  void takesAnEmptyTableInOneRange() {
    assertThat(PageRange.cut(TABLE, -1, 0, 2)).extracting(PageRange::label).containsExactly("0-");
  }

  @Test
  void leavesTheLastRangeOpenForPagesThatCameSince() {
    assertThat(PageRange.cut(TABLE, 3, 1100, 2))
        .extracting(PageRange::label)
        .containsExactly("p3:0-512", "p3:512-1024", "p3:1024-");
  }

  @Test
  void everyPageLiesInExactlyOneRange() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      long pages = (long) (Math.pow(random.nextDouble(), 4) * 4e9);
      List<PageRange> ranges = PageRange.cut(TABLE, -1, pages, 1 + random.nextInt(8));
      long next = 0;
      Set<String> labels = new HashSet<>();
      for (PageRange range : ranges) {
        assertThat(range.from()).as("seed %s", seed).isEqualTo(next);
        assertThat(labels.add(range.label())).isTrue();
        next = range.to().orElse(-1);
      }
      assertThat(next).as("the last range is open").isEqualTo(-1);
      assertThat(ranges).hasSizeLessThanOrEqualTo(PageRange.MAX_RANGES + 1);
    }
  }

  @Test
  void givesEveryWorkerSeveralRangesOfALargeTable() {
    assertThat(PageRange.cut(TABLE, -1, 20_000, 4)).hasSizeGreaterThanOrEqualTo(16);
  }
}
