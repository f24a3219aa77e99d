package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.sink.SinkObserver.CommitTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** When the rows of a group were committed in the source. */
final class CommitTimes {
  private final List<CommitTime> times = new ArrayList<>();
  private long micros;
  private int rows;

  private CommitTimes() {}

  static List<CommitTime> of(List<Unit> units) {
    CommitTimes all = new CommitTimes();
    for (Unit unit : units) {
      if (unit instanceof Unit.Rows some) {
        all.add(some.root());
      }
    }
    all.end();
    return all.times;
  }

  private void add(VectorSchemaRoot root) {
    var commits = (TimeStampMicroTZVector) root.getVector(BatchColumns.TS);
    for (int row = 0; row < root.getRowCount(); row++) {
      if (commits.isNull(row)) {
        continue;
      }
      long at = commits.get(row);
      if (at != micros) {
        end();
        micros = at;
      }
      rows++;
    }
  }

  private void end() {
    if (rows > 0) {
      times.add(new CommitTime(micros, rows));
      rows = 0;
    }
  }
}
