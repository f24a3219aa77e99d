package io.rapidbyte.app.module;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.topics.WholeValues;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchJson;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A module on the records of a stream's topic, its output as lines of JSON. For one thread. */
public final class ModuleRehearsal implements AutoCloseable {
  private static final long MAX_VALUE = 1L << 30;

  private final ModuleTrial.Sitting sitting;
  private final long limit;
  private final Consumer<String> lines;
  private final WholeValues values = new WholeValues();

  private long rows;
  private long out;
  private long refused;
  private long batches;
  private long nanos;

  /**
   * A rehearsal that has not begun.
   *
   * @param sitting closed with this object
   * @param limit after so many rows no more records are wanted
   */
  public ModuleRehearsal(ModuleTrial.Sitting sitting, long limit, Consumer<String> lines) {
    this.sitting = sitting;
    this.limit = limit;
    this.lines = lines;
  }

  /**
   * What it came to.
   *
   * @param millis that the module's calls took, with what belongs to them
   */
  public record Sums(long rows, long out, long refused, long batches, long millis) {
    /** As a person reads it. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%,d rows in %,d batches went in; %,d came out, %,d were refused; %,d ms. Nothing was"
              + " written.",
          rows,
          batches,
          out,
          refused,
          millis);
    }
  }

  /** Whether the limit is not reached. */
  public boolean wantsMore() {
    return rows < limit;
  }

  /** The sums so far. */
  public Sums sums() {
    return new Sums(rows, out, refused, batches, nanos / 1_000_000);
  }

  /** Works on a record; one without rows is passed over. */
  public void take(ConsumerRecord<String, byte[]> record) {
    RecordHeaders headers = WholeValues.headers(record);
    if (headers.kind().hasRows()) {
      values.add(record, headers).ifPresent(this::batch);
    }
  }

  private void batch(byte[] value) {
    try (VectorSchemaRoot root = ArrowIpc.read(value, sitting.allocator(), MAX_VALUE)) {
      BatchView batch = new BatchView(root);
      long begin = System.nanoTime();
      try (Chain.Outcome outcome = sitting.run(batch)) {
        nanos += System.nanoTime() - begin;
        print(batch, outcome);
      }
      rows += batch.rows();
      batches++;
    }
  }

  private void print(BatchView batch, Chain.Outcome outcome) {
    for (Chain.Batch each : outcome.batches()) {
      BatchView view = new BatchView(each.root());
      String route =
          each.route().isEmpty()
              ? ""
              : "{\"_rb_route\":" + JsonNodeFactory.instance.textNode(each.route()) + ",";
      for (int row = 0; row < view.rows(); row++) {
        String line = BatchJson.line(view, row);
        lines.accept(route.isEmpty() ? line : route + line.substring(1));
      }
      out += view.rows();
    }
    outcome.refused().forEach((row, why) -> lines.accept(refusal(why, BatchJson.line(batch, row))));
    refused += outcome.refused().size();
  }

  private static String refusal(ErrorInfo why, String row) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("_rb_refused", why.line());
    String text = node.toString();
    return text.substring(0, text.length() - 1) + "," + row.substring(1);
  }

  @Override
  public void close() {
    sitting.close();
  }
}
