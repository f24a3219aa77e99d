package io.rapidbyte.processor.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.processor.rows.Chained;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Section "Batches out" of the guest ABI, with real modules and the row rules around them. */
final class WasmTransformTest {
  private static final GuestRuntime RUNTIME = new GuestRuntime(Optional.empty());
  private static final StreamSchema PEOPLE = people(ReplicaIdentity.DEFAULT);
  private static final long MINUTE = Duration.ofMinutes(1).toSeconds() * 1_000_000;

  @AfterAll
  static void end() {
    RUNTIME.close();
  }

  private static StreamSchema people(ReplicaIdentity identity) {
    List<Column> columns =
        List.of(
            TestStream.column("id", TestStream.INT8),
            TestStream.column("email", TestStream.TEXT),
            TestStream.column("note", TestStream.TEXT));
    return new StreamSchema(new TableName("public", "people"), 1, columns, List.of("id"), identity);
  }

  private static TestBatch batch() {
    return TestBatch.at(PEOPLE, 5);
  }

  private static Transform module(Path file, String config, GuestState state) {
    GuestModule module = GuestModule.load(file, Limits.DEFAULT.moduleBytes());
    GuestSetup setup =
        new GuestSetup(
            module,
            config,
            "public.people",
            Limits.DEFAULT.withCallTime(Duration.ofSeconds(20)),
            new Grants(true, List.of(), List.of()),
            state,
            HttpDoor.CLOSED);
    return new WasmTransform("transforms[1]", RUNTIME, setup, state, GuestObserver.SILENT);
  }

  private static Transform example(String name, String config, GuestState state) {
    Path root = Path.of(System.getProperty("rapidbyte.root", ".."));
    return module(root.resolve("modules/wasm/c").resolve(name + ".wasm"), config, state);
  }

  private static Chained run(TestBatch batch, Transform transform) {
    return Chained.of(batch, List.of(transform), false, StaleKeys.inMemory());
  }

  @Test
  void aModuleMasksValuesAndADroppedRowBecomesTheDeleteItOwes() {
    Chained done =
        run(
            batch()
                .insert("1", "ann@example.com", "a")
                .insert("2", "bot@test.example", "b")
                .update("3", null, "c")
                .delete("4"),
            example("mask-email", "{}", GuestState.NONE));

    assertThat(done.lines())
        .containsExactly(
            "c/0 {\"id\":1,\"email\":\"a***@example.com\",\"note\":\"a\"}",
            "d/1 {\"id\":2}",
            "u/2 {\"id\":3,\"note\":\"c\"}",
            "d/3 {\"id\":4}");
    assertThat(done.refused()).isEmpty();
    assertThat(done.output().key()).containsExactly("id");
  }

  @Test
  void oldRowsAreMaskedToo() {
    @Nullable String[] old = {"1", "old@example.com", "a"};
    Chained done =
        run(
            TestBatch.at(people(ReplicaIdentity.FULL), 5).update(old, "1", "new@example.com", "b"),
            example("mask-email", "{}", GuestState.NONE));

    assertThat(done.lines())
        .containsExactly(
            "u/0 {\"id\":1,\"email\":\"n***@example.com\",\"note\":\"b\"}"
                + " <{\"id\":1,\"email\":\"o***@example.com\",\"note\":\"a\"}");
  }

  @Test
  void unchangedColumnsStayMarkedAndOneThatDecidesIsMissing() {
    Chained done =
        run(
            batch()
                .update("1", "ann@example.com", TestBatch.UNCHANGED)
                .update("2", TestBatch.UNCHANGED, "b"),
            example("mask-email", "{}", GuestState.NONE));

    assertThat(done.lines()).containsExactly("u/0 {\"id\":1,\"email\":\"a***@example.com\"} ~note");
    assertThat(done.refused()).isEqualTo(Map.of(1, "data/missing-base"));
  }

  @Test
  void stateLastsFromBatchToBatchUntilItsTimeIsOver() {
    GuestState state = GuestState.inMemory();
    String config = "{\"columns\": [\"email\"], \"window_s\": 600}";
    assertThat(
            run(
                    batch().committed(0).insert("1", "a", "x").insert("2", "a", "y"),
                    example("dedupe", config, state))
                .lines())
        .containsExactly("c/0 {\"id\":1,\"email\":\"a\",\"note\":\"x\"}");
    assertThat(
            run(
                    batch().committed(9 * MINUTE).insert("3", "a", "x").insert("4", "b", "y"),
                    example("dedupe", config, state))
                .lines())
        .containsExactly("c/1 {\"id\":4,\"email\":\"b\",\"note\":\"y\"}");
    assertThat(
            run(
                    batch().committed(11 * MINUTE).insert("5", "a", "x"),
                    example("dedupe", config, state))
                .lines())
        .containsExactly("c/0 {\"id\":5,\"email\":\"a\",\"note\":\"x\"}");
  }

  @Test
  void aRejectedRowIsNamedAndTheOthersPassOnTheirRoutes() {
    Chained done =
        run(
            batch().insert("1", "a", "x").insert("2", "b", "y").insert("3", "c", "z"),
            example("echo", "{\"reject\": 1, \"route\": \"even\"}", GuestState.NONE));

    assertThat(done.refused()).isEqualTo(Map.of(1, "guest/unwanted"));
    assertThat(done.routes())
        .containsEntry(
            "",
            List.of(
                "c/0 {\"id\":1,\"email\":\"a\",\"note\":\"x\"}",
                "c/2 {\"id\":3,\"email\":\"c\",\"note\":\"z\"}"))
        .containsEntry(
            "even",
            List.of(
                "c/0 {\"id\":1,\"email\":\"a\",\"note\":\"x\"}",
                "c/2 {\"id\":3,\"email\":\"c\",\"note\":\"z\"}"));
  }

  @Test
  void aModuleThatCannotWorkOnTheStreamIsToldBeforeTheFirstBatch() {
    Transform transform = example("mask-email", "{\"columns\": [\"phone\"]}", GuestState.NONE);
    assertThatThrownBy(() -> run(batch().insert("1", "a", "x"), transform))
        .hasMessageContaining("guest/no-such-column")
        .hasMessageContaining("phone");
  }
}
