package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.schemas.type.CopyWriter;
import io.rapidbyte.schemas.type.CopyWriters;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Step;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** The rows of a step, numbered through its batches from 0, as fields of binary COPY. */
final class StepRows implements Reduction.Rows {
  private final Part[] parts;
  private final int[] partOf;
  private final int count;
  private final int dataColumns;

  /** A batch with its columns as fields. */
  private record Part(
      BatchView view, int first, int generation, List<CopyWriter> data, List<CopyWriter> key) {
    static Part of(Batch batch, int first) {
      BatchView view = new BatchView(batch.root());
      List<CopyWriter> data = view.data().stream().map(CopyWriters::of).toList();
      List<CopyWriter> key = Arrays.stream(view.keyIndexes()).mapToObj(data::get).toList();
      return new Part(view, first, batch.generation(), data, key);
    }
  }

  /** Looks at a step's batches; valid as long as these are. */
  StepRows(Step.Rows step) {
    parts = new Part[step.batches().size()];
    int first = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Part.of(step.batches().get(i), first);
      first += parts[i].view.rows();
    }
    count = first;
    dataColumns = parts[0].view.data().size();
    partOf = new int[count];
    for (int i = 0; i < parts.length; i++) {
      Arrays.fill(partOf, parts[i].first, parts[i].first + parts[i].view.rows(), i);
    }
  }

  private Part part(int row) {
    return parts[partOf[row]];
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int dataColumns() {
    return dataColumns;
  }

  @Override
  public Op op(int row) {
    Part part = part(row);
    return part.view.op(row - part.first);
  }

  @Override
  public int generation(int row) {
    return part(row).generation;
  }

  @Override
  public boolean hasUnchanged(int row) {
    Part part = part(row);
    return part.view.hasUnchanged(row - part.first);
  }

  @Override
  public BitSet unchanged(int row) {
    Part part = part(row);
    return part.view.unchanged(row - part.first);
  }

  @Override
  public boolean hasBefore(int row) {
    Part part = part(row);
    return !part.view.before().isNull(row - part.first);
  }

  @Override
  public void key(int row, Bytes out) {
    Part part = part(row);
    for (CopyWriter field : part.key) {
      field.write(row - part.first, out);
    }
  }

  /** Appends a row's data columns. */
  void data(int row, Bytes out) {
    Part part = part(row);
    int local = row - part.first;
    for (CopyWriter field : part.data) {
      field.write(local, out);
    }
  }

  /** Appends one data column of a row. */
  void column(int row, int column, Bytes out) {
    Part part = part(row);
    part.data.get(column).write(row - part.first, out);
  }

  /** Appends the key in a row's {@code _rb_before}. */
  void baseKey(int row, Bytes out) {
    Part part = part(row);
    for (String name : part.view.key()) {
      FieldVector old = part.view.before().getChild(name);
      if (old == null) {
        throw new IllegalArgumentException(BatchColumns.BEFORE + " lacks key column " + name);
      }
      CopyWriters.of(old).write(row - part.first, out);
    }
  }

  /** The commit's LSN. */
  long lsn(int row) {
    Part part = part(row);
    return part.view.lsns().get(row - part.first);
  }

  /** The change's number in its transaction, as a signed number that holds all of them. */
  long ordinal(int row) {
    Part part = part(row);
    return Integer.toUnsignedLong(part.view.ordinals().get(row - part.first));
  }

  /** The transaction's id; of a snapshot row 0 or null, for which 0 stands. */
  long xid(int row) {
    Part part = part(row);
    int local = row - part.first;
    return part.view.xids().isNull(local) ? 0 : Integer.toUnsignedLong(part.view.xids().get(local));
  }

  /** Whether the commit's time is known. */
  boolean hasTime(int row) {
    Part part = part(row);
    return !part.view.timestamps().isNull(row - part.first);
  }

  /** The commit's time, µs since the Unix epoch. */
  long timeMicros(int row) {
    Part part = part(row);
    return part.view.timestamps().get(row - part.first);
  }

  /** A data column's name. */
  String columnName(int column) {
    return parts[0].view.data().get(column).getName();
  }
}
