package io.rapidbyte.wasm.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.wasm.BatchMeta;
import io.rapidbyte.wasm.Emission;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.InMemoryState;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.Rejection;
import io.rapidbyte.wasm.http.HttpDoor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each language's modules give the same batches for the same batches. */
final class ConformanceTest {
  private static final String ROW = "_rb_row";
  private static final int SMALL = 64 * 1024;
  private static final int HOSTILE = 600;
  private static final GuestRuntime RUNTIME = new GuestRuntime(Optional.empty());
  private static final Instant TIME = Instant.parse("2026-11-22T10:15:30.123456Z");

  private final InMemoryState state = new InMemoryState();
  private final List<String> said = new ArrayList<>();
  private BufferAllocator allocator = new RootAllocator();

  @BeforeEach
  void begin() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
  }

  @AfterAll
  static void end() {
    RUNTIME.close();
  }

  private final GuestObserver observer =
      new GuestObserver() {
        @Override
        public void logged(LogLevel level, String line) {
          said.add(level + " " + line);
        }

        @Override
        public void measured(MetricKind kind, String name, double value) {
          said.add(name + " " + value);
        }
      };

  static Stream<Language> languages() {
    return Stream.of(Language.values()).filter(Language::isBuilt);
  }

  private Guest guest(Language language, String module, String config) {
    Grants grants = new Grants(true, List.of(), List.of());
    return RUNTIME.guest(
        new GuestSetup(
            language.module(module),
            config,
            "public.users",
            Limits.DEFAULT,
            grants,
            state,
            HttpDoor.CLOSED),
        observer);
  }

  private static Outcome.Done done(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return (Outcome.Done) outcome;
  }

  private static BatchMeta meta(int rows, Instant time) {
    return new BatchMeta("public.users", RecordKind.CHANGE, rows, Lsn.parse("0/16B3748"), time);
  }

  /** What comes out for a batch, its schema having been given before. */
  private static Outcome.Done through(Guest guest, VectorSchemaRoot in, Instant time) {
    byte[] ipc = ArrowIpc.write(in);
    assertThat(done(guest.schema(ipc)).emitted())
        .singleElement()
        .satisfies(one -> assertThat(one.kind()).isEqualTo(Emission.Kind.SCHEMA));
    return done(guest.transform(meta(in.getRowCount(), time), ipc));
  }

  private VectorSchemaRoot read(Emission emission) {
    assertThat(emission.kind()).isEqualTo(Emission.Kind.BATCH);
    return ArrowIpc.read(emission.bytes(), allocator, Integer.MAX_VALUE);
  }

  /**
   * The input's data columns that are computed, the others being left out, then the row's number
   * where not all rows are there.
   */
  private static Schema expected(
      VectorSchemaRoot root, int rows, Map<String, String> more, List<String> computed) {
    Schema in = root.getSchema();
    List<Field> fields = new ArrayList<>();
    for (Field field : in.getFields()) {
      if (computed.contains(field.getName()) && !field.getName().startsWith(BatchColumns.PREFIX)) {
        Map<String, String> metadata = new TreeMap<>(field.getMetadata());
        metadata.put("rb.from", "[\"" + field.getName().replace("\"", "\\\"") + "\"]");
        FieldType type = new FieldType(field.isNullable(), field.getType(), null, metadata);
        fields.add(new Field(field.getName(), type, field.getChildren()));
      }
    }
    if (rows < root.getRowCount()) {
      fields.add(Field.notNullable(ROW, new ArrowType.Int(32, false)));
    }
    Map<String, String> metadata = new TreeMap<>(in.getCustomMetadata());
    metadata.putAll(more);
    return new Schema(fields, metadata);
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Field::getName).toList();
  }

  private static void rows(
      VectorSchemaRoot in, VectorSchemaRoot out, int[] rows, List<String> not) {
    assertThat(out.getRowCount()).isEqualTo(rows.length);
    UInt4Vector origin = (UInt4Vector) out.getVector(ROW);
    for (int i = 0; i < rows.length; i++) {
      assertThat(origin == null ? i : origin.get(i)).isEqualTo(rows[i]);
    }
    for (FieldVector column : out.getFieldVectors()) {
      if (!column.getName().equals(ROW) && !not.contains(column.getName())) {
        FieldVector wanted = in.getVector(column.getName());
        for (int i = 0; i < rows.length; i++) {
          Same.value(wanted, rows[i], column, i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyTypeIsReadAndWritten(Language language) {
    Map<String, VectorSchemaRoot> golden = GoldenBatches.all(allocator);
    try (Guest guest = guest(language, "echo", "{}")) {
      golden.forEach(
          (name, in) -> {
            Outcome.Done outcome = through(guest, in, TIME);
            assertThat(outcome.emitted()).as(name).hasSize(1);
            try (VectorSchemaRoot out = read(outcome.emitted().getFirst())) {
              assertThat(out.getSchema())
                  .isEqualTo(expected(in, in.getRowCount(), Map.of(), names(in.getSchema())));
              rows(in, out, IntStream.range(0, in.getRowCount()).toArray(), List.of());
            }
          });
    } finally {
      golden.values().forEach(VectorSchemaRoot::close);
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void rowsAreRejectedTurnedAndRouted(Language language) {
    try (VectorSchemaRoot in =
            GoldenBatches.filled(
                GoldenBatches.stream(io.rapidbyte.schemas.stream.ReplicaIdentity.FULL),
                20,
                0.3,
                allocator);
        Guest guest = guest(language, "echo", "{\"reject\": 4, \"route\": \"even\"}")) {
      Outcome.Done outcome = through(guest, in, TIME);
      assertThat(outcome.rejected()).extracting(Rejection::row).containsExactly(4);
      assertThat(outcome.rejected().getFirst().error().code()).isEqualTo("guest/unwanted");
      assertThat(outcome.emitted()).extracting(Emission::route).containsExactly("", "even");
      try (VectorSchemaRoot main = read(outcome.emitted().get(0));
          VectorSchemaRoot even = read(outcome.emitted().get(1))) {
        rows(
            in,
            main,
            IntStream.range(0, 20).map(i -> 19 - i).filter(i -> i != 4).toArray(),
            List.of());
        rows(
            in,
            even,
            IntStream.range(0, 20).filter(i -> i % 2 == 0 && i != 4).toArray(),
            List.of());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void addressesAreMaskedAndTestAccountsDropped(Language language) {
    Map<String, VectorSchemaRoot> golden = GoldenBatches.all(allocator);
    try (Guest guest = guest(language, "mask-email", "")) {
      golden.forEach(
          (name, in) -> {
            Outcome.Done outcome = through(guest, in, TIME);
            assertThat(outcome.emitted()).as(name).hasSize(1);
            try (VectorSchemaRoot out = read(outcome.emitted().getFirst())) {
              Map<String, String> reads = Map.of("rb.reads", "[\"email\"]");
              assertThat(out.getSchema())
                  .isEqualTo(expected(in, out.getRowCount(), reads, List.of(GoldenBatches.EMAIL)));
              masked(in, out);
            }
          });
    } finally {
      golden.values().forEach(VectorSchemaRoot::close);
    }
  }

  private static void masked(VectorSchemaRoot in, VectorSchemaRoot out) {
    VarCharVector addresses = (VarCharVector) in.getVector(GoldenBatches.EMAIL);
    int[] stay =
        IntStream.range(0, in.getRowCount())
            .filter(row -> isDelete(in, row) || !isTest(text(addresses, row)))
            .toArray();
    rows(in, out, stay, List.of(GoldenBatches.EMAIL));
    VarCharVector masked = (VarCharVector) out.getVector(GoldenBatches.EMAIL);
    for (int i = 0; i < stay.length; i++) {
      assertThat(text(masked, i)).isEqualTo(text(addresses, stay[i]).map(ConformanceTest::mask));
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void columnsAreRenamedRemovedAndAddedAndStateIsKept(Language language) {
    try (VectorSchemaRoot in = GoldenBatches.filled(GoldenBatches.simple(), 3, 0, allocator);
        Guest guest = guest(language, "echo", "{\"reshape\": true}")) {
      GoldenBatches.markUnchanged(in, 1, 0, 1);
      for (int call = 0; call < 3; call++) {
        Outcome.Done outcome = through(guest, in, TIME);
        state.apply(outcome.state());
        try (VectorSchemaRoot out = read(outcome.emitted().getFirst())) {
          reshaped(in, out);
        }
      }
    }
    double seconds = TIME.getEpochSecond();
    assertThat(said)
        .containsExactly(
            "bytes 0.0",
            "seconds " + seconds,
            "INFO reshaped",
            "bytes 300.0",
            "seconds " + seconds,
            "INFO reshaped",
            "bytes 600.0",
            "seconds " + seconds,
            "INFO reshaped");
    assertThat(state.size()).isZero();
  }

  private static void reshaped(VectorSchemaRoot in, VectorSchemaRoot out) {
    Schema schema = out.getSchema();
    assertThat(names(schema)).containsExactly("number", "email", "email changed");
    assertThat(schema.getCustomMetadata()).containsEntry("rb.splits", "true");
    Map<String, String> renamed = new TreeMap<>(in.getVector("id").getField().getMetadata());
    renamed.put("rb.from", "[\"id\"]");
    renamed.put("rb.relation", "copy");
    assertThat(schema.findField("number").getMetadata()).isEqualTo(renamed);
    assertThat(schema.findField("email")).isEqualTo(in.getVector("email").getField());
    assertThat(schema.findField("email changed").getMetadata())
        .isEqualTo(Map.of("rb.from", "[\"email\"]"));
    assertThat(out.getVector("email changed").getObject(0)).isEqualTo(true);
    assertThat(out.getVector("email changed").getObject(1)).isEqualTo(false);
    for (int row = 0; row < 3; row++) {
      Same.value(in.getVector("id"), row, out.getVector("number"), row);
      Same.value(in.getVector("email"), row, out.getVector("email"), row);
    }
  }

  private static boolean isDelete(VectorSchemaRoot in, int row) {
    return ((org.apache.arrow.vector.TinyIntVector) in.getVector(BatchColumns.OP)).get(row) == 'd';
  }

  private static Optional<String> text(VarCharVector column, int row) {
    return column.isNull(row)
        ? Optional.empty()
        : Optional.of(new String(column.get(row), StandardCharsets.UTF_8));
  }

  private static boolean isTest(Optional<String> address) {
    return address.filter(a -> a.toLowerCase(Locale.ROOT).endsWith("@test.example")).isPresent();
  }

  private static String mask(String address) {
    int at = address.lastIndexOf('@');
    return at < 1
        ? "***"
        : address.substring(0, address.offsetByCodePoints(0, 1)) + "***" + address.substring(at);
  }

  @ParameterizedTest
  @MethodSource("languages")
  void duplicatesWithinTheWindowAreDropped(Language language) {
    String config = "{\"columns\": [\"email\", \"amount\"]}";
    try (VectorSchemaRoot in = GoldenBatches.filled(GoldenBatches.simple(), 40, 0.5, allocator);
        Guest guest = guest(language, "dedupe", config)) {
      List<Integer> first = new ArrayList<>();
      List<Integer> deletes = new ArrayList<>();
      List<String> seen = new ArrayList<>();
      for (int row = 0; row < 40; row++) {
        String key =
            in.getVector("email").getObject(row) + "|" + in.getVector("amount").getObject(row);
        if (isDelete(in, row)) {
          deletes.add(row);
          first.add(row);
        } else if (!seen.contains(key)) {
          seen.add(key);
          first.add(row);
        }
      }
      assertThat(first).hasSizeLessThan(40);
      passes(guest, in, TIME, first);
      assertThat(state.size()).isEqualTo(seen.size());
      passes(guest, in, TIME.plusSeconds(599), deletes);
      passes(guest, in, TIME.plusSeconds(600), first);
    }
  }

  private void passes(Guest guest, VectorSchemaRoot in, Instant time, List<Integer> rows) {
    Outcome.Done outcome = through(guest, in, time);
    state.apply(outcome.state());
    try (VectorSchemaRoot out = read(outcome.emitted().getFirst())) {
      rows(in, out, rows.stream().mapToInt(Integer::intValue).toArray(), List.of());
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void aSchemaItCannotWorkOnIsAnError(Language language) {
    try (VectorSchemaRoot in = GoldenBatches.filled(GoldenBatches.simple(), 1, 0, allocator);
        Guest mask = guest(language, "mask-email", "{\"columns\": [\"a \\\"b\\\" \\\\ é\"]}")) {
      Outcome schema = mask.schema(ArrowIpc.write(in));
      assertThat(schema).isInstanceOf(Outcome.Failed.class);
      assertThat(((Outcome.Failed) schema).error().message()).contains("a \"b\" \\ é");
      assertThatThrownBy(() -> guest(language, "dedupe", "{}"))
          .as("held against the manifest before it runs")
          .hasMessageContaining("config.columns is missing");
    }
  }

  /** Each length and offset in turn becomes wrong: an error or a batch, never a trap or a hang. */
  @ParameterizedTest
  @MethodSource("languages")
  void hostileBatchesAreErrors(Language language) {
    try (VectorSchemaRoot in = GoldenBatches.filled(GoldenBatches.others(), 5, 0.3, allocator);
        Guest guest = guest(language, "echo", "{}")) {
      byte[] sound = ArrowIpc.write(in);
      done(guest.schema(sound));
      Random random = new Random(7);
      int refused = 0;
      for (int i = 0; i < HOSTILE; i++) {
        byte[] bytes = sound.clone();
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) random.nextInt(256);
        if (i % 3 == 0) {
          bytes[Math.min(at + 1, bytes.length - 1)] = (byte) 0xff;
        }
        int length = i % 10 == 0 ? random.nextInt(bytes.length) : bytes.length;
        byte[] cut = java.util.Arrays.copyOf(bytes, length);
        Outcome outcome = guest.transform(meta(5, TIME), cut);
        if (outcome instanceof Outcome.Failed(var error, var stack)) {
          assertThat(error.code()).as("change %d: %s", i, stack).startsWith("guest/");
          refused++;
        } else {
          decodes(done(outcome));
        }
      }
      assertThat(refused).isPositive();
    }
  }

  private void decodes(Outcome.Done outcome) {
    try {
      read(outcome.emitted().getFirst()).close();
    } catch (RapidbyteException e) {
      throw new AssertionError("a module let a broken batch pass", e);
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void modulesAreSmall(Language language) throws IOException {
    for (String module : List.of("mask-email", "dedupe", "echo")) {
      assertThat(Files.size(language.file(module)))
          .isLessThan(language == Language.GO ? Limits.DEFAULT.moduleBytes() : SMALL);
    }
  }
}
