package io.rapidbyte.sink.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableSqlTest {
  private static final List<TargetColumn> COLUMNS =
      List.of(
          new TargetColumn("id", "bigint"),
          new TargetColumn("a \"b\"", "text"),
          new TargetColumn("address", "text", "inet", "inet"),
          new TargetColumn("amount", "numeric(18,2)", "numeric(18,2)", "numeric"));

  @Test
  void writesTheSqlOfTheGoldenFile() throws IOException {
    StringBuilder all = new StringBuilder();
    for (WriteMode mode : List.of(WriteMode.UPSERT, WriteMode.APPEND)) {
      for (boolean partitioned : new boolean[] {false, true}) {
        TableName table = new TableName("shop", "from");
        TableSql sql = new TableSql(table, mode, COLUMNS, List.of("id", "address"), partitioned);
        all.append("-- ").append(mode.label()).append(partitioned ? ", partitioned" : "");
        all.append('\n').append(statements(sql)).append('\n');
      }
    }
    assertThat(all.toString()).isEqualTo(golden());
  }

  private static String statements(TableSql sql) {
    StringBuilder all = new StringBuilder();
    add(all, "create", sql.create());
    add(all, "add column", sql.addColumn(COLUMNS.get(2)));
    add(all, "stage", sql.createStage());
    add(all, "load stage", sql.copyStage());
    add(all, "load table", sql.copyTable());
    if (sql.mode() == WriteMode.APPEND) {
      add(all, "append", sql.append());
      add(all, "snapshot end", sql.deleteUnfinished());
      return all.toString();
    }
    add(all, "rebase", sql.rebase());
    add(all, "patch", sql.patch());
    add(all, "missing base", sql.missingBase());
    add(all, "delete", sql.delete());
    add(all, "put", sql.put());
    add(all, "delete all", sql.deleteAll());
    add(all, "truncate", sql.truncate());
    add(all, "truncate partition", sql.truncatePartition());
    add(all, "snapshot end", sql.deleteOlder());
    return all.toString();
  }

  private static void add(StringBuilder all, String what, String sql) {
    all.append("-- ").append(what).append('\n').append(sql).append(";\n");
  }

  private static String golden() throws IOException {
    try (InputStream file = TableSqlTest.class.getResourceAsStream("table.sql")) {
      return file == null ? "" : new String(file.readAllBytes(), UTF_8);
    }
  }
}
