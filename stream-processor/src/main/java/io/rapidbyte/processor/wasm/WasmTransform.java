package io.rapidbyte.processor.wasm;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.TransformSpec.Drops;
import io.rapidbyte.wasm.BatchMeta;
import io.rapidbyte.wasm.Emission.Kind;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.Rejection;
import io.rapidbyte.wasm.StateChange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * A module as a transform. One call a batch: the rows go in as one Arrow IPC stream, and what the
 * guest emits comes back as rows that say which row each was made of. What goes wrong within a call
 * is of batch scope, so that the host finds the rows that it fails on.
 */
public final class WasmTransform implements Transform {
  private final String name;
  private final GuestRuntime runtime;
  private final GuestSetup setup;
  private final GuestState state;
  private final CallVoice voice;

  /**
   * A module with its place; nothing of it runs before {@link #bind}.
   *
   * @param name what stands in messages for it
   * @param state what the setup's state reads
   */
  public WasmTransform(
      String name,
      GuestRuntime runtime,
      GuestSetup setup,
      GuestState state,
      GuestObserver observer) {
    this.name = name;
    this.runtime = runtime;
    this.setup = setup;
    this.state = state;
    this.voice = new CallVoice(observer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void renew() {
    state.clear();
  }

  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    voice.begins("at its schema");
    Guest guest = runtime.guest(setup, voice);
    try {
      Outcome.Done done = done(guest.schema(GuestBatch.empty(input, allocator)));
      if (done.emitted().size() != 1 || done.emitted().getFirst().kind() != Kind.SCHEMA) {
        throw new RapidbyteException(
            ErrorInfo.permanent(
                Category.SCHEMA,
                Scope.STREAM,
                GuestSchema.BAD_SCHEMA,
                name + ": rb_schema did not emit one schema",
                "emit the output's schema there, with kind 1, exactly once"));
      }
      byte[] emitted = done.emitted().getFirst().bytes();
      GuestSchema schema = GuestSchema.read(name, ArrowIpc.schema(emitted, emitted.length), input);
      return new Working(guest, input, schema, allocator);
    } catch (RuntimeException | Error e) {
      guest.close();
      throw e;
    }
  }

  private Outcome.Done done(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done;
      case Outcome.Failed failed -> throw new RapidbyteException(told(failed));
    };
  }

  private ErrorInfo told(Outcome.Failed failed) {
    ErrorInfo error = voice.told(failed.error().with("transform", name));
    return failed.guestStack().isEmpty()
        ? error
        : error.with("guest_stack", String.join(" < ", failed.guestStack()));
  }

  /** The module at work on rows of one shape. */
  private final class Working implements Bound {
    private final Guest guest;
    private final Shape input;
    private final GuestSchema schema;
    private final BufferAllocator allocator;
    private final List<StateChange> changes = new ArrayList<>();
    private long now;

    Working(Guest guest, Shape input, GuestSchema schema, BufferAllocator allocator) {
      this.guest = guest;
      this.input = input;
      this.schema = schema;
      this.allocator = allocator;
    }

    @Override
    public List<Output> outputs() {
      return schema.outputs();
    }

    @Override
    public BitSet reads() {
      return (BitSet) schema.reads().clone();
    }

    @Override
    public Drops drops() {
      return switch (setup.module().manifest().drops()) {
        case ROW -> Drops.ROW;
        case CHANGE -> Drops.CHANGE;
      };
    }

    @Override
    public boolean splits() {
      return schema.splits();
    }

    @Override
    public Result apply(Rows rows) {
      if (rows.count() == 0) {
        return new Result.Emitted(List.of(), Map.of());
      }
      BatchMeta meta = meta(rows);
      voice.begins(where(rows));
      Outcome.Done done = done(guest.transform(meta, GuestBatch.of(input, rows, allocator)));
      List<Emission> emissions = new ArrayList<>();
      try {
        EmittedBatches batches =
            new EmittedBatches(name, schema, rows, setup.limits().emittedBytes(), allocator);
        for (io.rapidbyte.wasm.Emission each : done.emitted()) {
          if (each.kind() != Kind.BATCH) {
            throw EmittedBatches.unfit(
                name, "rb_transform emitted something that is no batch", "emit batches: kind 2");
          }
          emissions.add(batches.read(each));
        }
        Map<Integer, ErrorInfo> rejected = new HashMap<>();
        for (Rejection each : done.rejected()) {
          rejected.put(each.row(), each.error().with("transform", name));
        }
        state.judge(done.state());
        changes.addAll(done.state());
        now = meta.time().toEpochMilli();
        return new Result.Emitted(emissions, rejected);
      } catch (RuntimeException | Error e) {
        emissions.forEach(each -> each.columns().forEach(FieldVector::close));
        throw e;
      }
    }

    private static String where(Rows rows) {
      String first = rows.source().position(rows.origin(0)).toString();
      return rows.count() == 1 ? first : first + " and " + (rows.count() - 1) + " more rows";
    }

    /** State changes only with rows that were taken: a batch that is halved begins anew. */
    @Override
    public void settle(boolean stays) {
      if (stays && !changes.isEmpty()) {
        state.apply(List.copyOf(changes));
      }
      if (stays) {
        state.expire(now);
      }
      changes.clear();
    }

    /** Clock and random numbers are those of the whole batch, whatever part of it this is. */
    private BatchMeta meta(Rows rows) {
      BatchView whole = rows.source();
      Instant time = Instant.EPOCH.plus(whole.timestamps().get(0), ChronoUnit.MICROS);
      RecordKind kind = rows.op(0) == Op.SNAPSHOT ? RecordKind.SNAPSHOT : RecordKind.CHANGE;
      return new BatchMeta(setup.stream(), kind, rows.count(), whole.position(0).lsn(), time);
    }

    @Override
    public void close() {
      guest.close();
    }
  }
}
