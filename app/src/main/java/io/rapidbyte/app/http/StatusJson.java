package io.rapidbyte.app.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.board.BoardView.Delivery;
import io.rapidbyte.app.board.BoardView.Processing;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Source;
import io.rapidbyte.app.board.BoardView.Stream;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.view.Lines;
import java.util.Locale;

/** A board's moment as one object. */
public final class StatusJson {
  private StatusJson() {}

  /**
   * The object.
   *
   * @param nowMicros the wall clock, µs since 1970, for lags
   */
  public static ObjectNode of(BoardView view, long nowMicros) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("pipeline", view.pipeline());
    root.set("source", source(view.source()));
    ArrayNode streams = root.putArray("streams");
    view.streams().forEach(stream -> streams.add(stream(stream, nowMicros)));
    ArrayNode destinations = root.putArray("destinations");
    for (BoardView.Destination each : view.destinations()) {
      ObjectNode node = destinations.addObject();
      node.put("name", each.name()).put("state", label(each.state()));
      each.fault().ifPresent(error -> node.set("error", Failure.json(error)));
    }
    return root;
  }

  private static ObjectNode source(Source source) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("phase", label(source.phase()));
    node.put("durable_lsn", source.durable().toString());
    node.put("server_lsn", source.server().toString());
    node.put("lag_bytes", source.lagBytes());
    source.retainedBytes().ifPresent(bytes -> node.put("retained_bytes", bytes));
    source.slotLeft().ifPresent(left -> node.put("slot_seconds_left", left.toSeconds()));
    source.fault().ifPresent(error -> node.set("error", Failure.json(error)));
    return node;
  }

  private static ObjectNode stream(Stream stream, long nowMicros) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("stream", stream.name()).put("topic", stream.topic());
    node.put("rows", stream.rows()).put("bytes", stream.bytes()).put("records", stream.records());
    node.put("rejected", stream.dead());
    node.put("lag_ms", Lines.lagMillis(stream, nowMicros));
    stream.snapshot().ifPresent(snapshot -> node.set("snapshot", snapshot(snapshot)));
    stream.processing().ifPresent(each -> node.set("transforms", processing(each)));
    ObjectNode deliveries = node.putObject("destinations");
    stream.deliveries().forEach((name, each) -> deliveries.set(name, delivery(each)));
    return node;
  }

  private static ObjectNode snapshot(Snapshot snapshot) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("generation", snapshot.generation())
        .put("rows", snapshot.rows())
        .put("estimated_rows", snapshot.estimated())
        .put("done", snapshot.done());
  }

  private static ObjectNode processing(Processing processing) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("rows_in", processing.in()).put("rows_out", processing.out());
    node.put("refused", processing.refused());
    processing.stopped().ifPresent(error -> node.set("error", Failure.json(error)));
    return node;
  }

  private static ObjectNode delivery(Delivery delivery) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("rows", delivery.rows()).put("refused", delivery.refused());
    node.put("records_behind", delivery.behind()).put("dead_letters", delivery.letters());
    delivery.fault().ifPresent(error -> node.set("error", Failure.json(error)));
    return node;
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
