package io.rapidbyte.sink.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.books.Page;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.TableShape;
import io.rapidbyte.wasm.BatchMeta;
import io.rapidbyte.wasm.Emission;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.Rejection;
import io.rapidbyte.wasm.http.WatchedDoor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The talk with a guest about one partition. Whatever it answers becomes a {@link Delivery.Result},
 * or the failure that the host is to act on. An instance that is fresh is first told what the one
 * before it knew. One thread at a time.
 */
final class Session implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Guest guest;
  private final WatchedDoor door;
  private final Freshness freshness;
  private final StreamTarget target;
  private String resuming = "{}";
  private @Nullable TableShape prepared;

  Session(Guest guest, WatchedDoor door, Freshness freshness, StreamTarget target) {
    this.guest = guest;
    this.door = door;
    this.freshness = freshness;
    this.target = target;
  }

  /**
   * Tells where writing goes on, and asks what the destination itself has.
   *
   * @return the token it answered; empty where it answered none
   */
  Optional<String> resume(Page page) {
    ObjectNode json = JSON.createObjectNode();
    json.put("stream", target.stream());
    json.put("topic", page.holder().topic());
    json.put("partition", page.holder().partition());
    json.put("fence", page.fence());
    json.put("token", Token.of(page.holder(), page.nextOffset()).text());
    resuming = json.toString();
    return token(resume());
  }

  private Outcome.Done resume() {
    prepared = null;
    door.begin();
    Outcome.Done done = done(guest.resume(resuming));
    freshness.told();
    return done;
  }

  private static Optional<String> token(Outcome.Done done) {
    for (Emission emission : done.emitted()) {
      if (emission.kind() == Emission.Kind.ANSWER) {
        try {
          JsonNode answer = JSON.readTree(new String(emission.bytes(), UTF_8));
          return Optional.of(answer.path("token").asText(""));
        } catch (IOException e) {
          throw new RapidbyteException(ModuleErrors.badAnswer());
        }
      }
    }
    return Optional.empty();
  }

  /** The columns are these from here on. */
  void prepare(TableShape shape) {
    if (freshness.isFresh()) {
      resume();
    }
    if (!shape.equals(prepared)) {
      if (target.mode() == WriteMode.UPSERT && shape.key().isEmpty()) {
        throw new RapidbyteException(ModuleErrors.keyless(target.stream()));
      }
      door.begin();
      done(guest.prepare(json(shape)));
      prepared = shape;
    }
  }

  private String json(TableShape shape) {
    ObjectNode json = JSON.createObjectNode();
    json.put("stream", target.stream());
    json.put("mode", target.mode().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    json.put("partitions", target.partitions());
    json.put("version", shape.version());
    ArrayNode key = json.putArray("key");
    shape.key().forEach(key::add);
    ArrayNode columns = json.putArray("columns");
    for (Field field : shape.columns()) {
      String type = field.getMetadata().get(BatchColumns.META_PG_TYPE);
      columns.addObject().put("name", field.getName()).put("type", type == null ? "" : type);
    }
    return json.toString();
  }

  /**
   * Delivers, up to the delivery's ending.
   *
   * @throws RapidbyteException where it may go through later, or not before somebody mends it;
   *     nothing is known then of what the destination has
   */
  Delivery.Result deliver(Delivery delivery) {
    prepare(delivery.shape());
    BatchMeta meta = delivery.meta(target.stream());
    String json = delivery.json();
    door.begin();
    if (guest.begin(meta, json) instanceof Outcome.Failed failed) {
      return refusal(failed);
    }
    List<Delivery.Rejected> rejected = new ArrayList<>();
    for (Delivery.Part part : delivery.parts()) {
      switch (guest.write(delivery.meta(target.stream(), part), ArrowIpc.write(part.root()))) {
        case Outcome.Failed failed -> {
          abort(meta, json);
          return refusal(failed);
        }
        case Outcome.Done done -> {
          for (Rejection each : done.rejected()) {
            ErrorInfo error = ModuleErrors.ofRow(each.error(), target.stream());
            rejected.add(new Delivery.Rejected(part.firstRow() + each.row(), error));
          }
        }
      }
    }
    boolean stays =
        switch (delivery.ending()) {
          case COMMIT -> true;
          case COMMIT_WHOLE -> rejected.isEmpty();
          case ABORT -> false;
        };
    if (!stays) {
      abort(meta, json);
    } else if (guest.commit(meta, json) instanceof Outcome.Failed failed) {
      abort(meta, json);
      return refusal(failed);
    }
    return new Delivery.Result.Through(stays, rejected);
  }

  /** What it says does not matter; an instance that is gone has nothing to give up. */
  private void abort(BatchMeta meta, String json) {
    if (!freshness.isFresh() && guest.abort(meta, json) instanceof Outcome.Failed failed) {
      freshness.logged(
          io.rapidbyte.wasm.LogLevel.WARN, "rb_abort failed: " + failed.error().message());
    }
  }

  private Delivery.Result refusal(Outcome.Failed failed) {
    ErrorInfo error = told(failed);
    if (!ModuleErrors.isRefusal(error)) {
      throw new RapidbyteException(error);
    }
    return new Delivery.Result.Refused(error);
  }

  private ErrorInfo told(Outcome.Failed failed) {
    return ModuleErrors.told(failed, door.wasCut(), target.stream());
  }

  private Outcome.Done done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done;
      case Outcome.Failed failed -> throw new RapidbyteException(told(failed).ofStream());
    };
  }

  @Override
  public void close() {
    guest.close();
  }
}
