package io.rapidbyte.sink.wasm;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.snapshotEnd;
import static io.rapidbyte.sink.contract.Harness.truncate;
import static io.rapidbyte.testkit.batch.TestBatch.UNCHANGED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.contract.Harness.Planned;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.sink.host.DeliveryFixture;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.http.Endpoint;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.http.Resolver;
import io.rapidbyte.wasm.module.ManifestPacker;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The example that posts batches to an endpoint, and every way in which an endpoint fails it. */
final class HttpPostTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final List<String> LANGUAGES = List.of("c", "rust");

  private final BufferAllocator allocator = new RootAllocator();
  private final Endpoint endpoint = new Endpoint();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Resolver resolver = Resolver.SYSTEM;
  private ModuleSettings settings =
      Modules.settings(Modules.httpPost("c"), endpoint.origin(), SharedKafka.unique("http-post"));

  @AfterEach
  void close() throws Exception {
    closeAll();
    endpoint.close();
    allocator.close();
  }

  private void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    open.clear();
  }

  private static PgType base(int oid, String name) {
    return new PgType.Base(oid, name, -1);
  }

  private Harness claim() {
    return claim(ITEMS);
  }

  private Harness claim(StreamSchema stream) {
    ModuleDestination destination = Modules.open(settings, allocator, resolver);
    open.add(destination);
    assertThat(destination.guarantee()).isEqualTo(Guarantee.IDEMPOTENT);
    StreamWriter writer = destination.writer(new StreamTarget(stream.table(), WriteMode.UPSERT, 1));
    open.add(writer);
    return new Harness(writer, new PartitionId("shop.items", 0, "cluster", "topic-id"), allocator);
  }

  private static Planned items(long lsn, String... names) {
    TestBatch batch = TestBatch.at(ITEMS, lsn);
    for (int i = 0; i < names.length; i++) {
      batch.insert(Integer.toString(i + 1), names[i], "x");
    }
    return rows(batch);
  }

  private static ErrorInfo failure(Harness harness, Planned... steps) {
    return catchThrowableOfType(RapidbyteException.class, () -> harness.apply(steps)).error();
  }

  private static void committed(Applied applied) {
    assertThat(applied).isEqualTo(new Applied.Committed());
  }

  private List<String> keys() {
    return endpoint.received().stream().map(Endpoint.Post::key).toList();
  }

  private List<String> names() {
    return endpoint.counted().stream()
        .flatMap(post -> post.rows().stream())
        .map(row -> row.path("name").asText())
        .toList();
  }

  @Test
  void postsEachRecordAsLinesUnderAKeyOfItsOwn() {
    Harness harness = claim();
    committed(
        harness.apply(
            rows(
                TestBatch.at(ITEMS, 1).insert("1", "a \"quoted\" one", "x"),
                TestBatch.at(ITEMS, 2).update("1", null, UNCHANGED).delete("1"))));
    committed(harness.apply(truncate(ITEMS, 3), snapshotEnd(ITEMS, 1)));
    String prefix = settings.pipeline() + "/hook/topic-id/0/";
    assertThat(keys())
        .containsExactly(
            prefix + "0/0-0",
            prefix + "1/0-1",
            prefix + "truncate-0/3/0",
            prefix + "snapshot-end-1");
    assertThat(endpoint.counted()).extracting(Endpoint.Post::stream).containsOnly("public.items");
    assertThat(endpoint.counted())
        .extracting(Endpoint.Post::kind)
        .containsExactly("change", "change", "truncate", "snapshot-end");
    assertThat(endpoint.counted().get(0).body())
        .isEqualTo(
            "{\"_rb_op\":\"c\",\"_rb_lsn\":1,\"_rb_ordinal\":0,"
                + "\"id\":1,\"name\":\"a \\\"quoted\\\" one\",\"big\":\"x\"}\n");
    assertThat(endpoint.counted().get(1).body())
        .startsWith("{\"_rb_op\":\"u\",\"_rb_lsn\":2,\"_rb_ordinal\":0,\"id\":1,\"name\":null}\n")
        .contains("{\"_rb_op\":\"d\",\"_rb_lsn\":2,\"_rb_ordinal\":1,\"id\":1,");
    assertThat(endpoint.counted().get(2).body()).isEmpty();
  }

  /** One body of every type, from each language. */
  @Test
  void allLanguagesPostTheSame() throws Exception {
    List<PgType> types =
        List.of(
            TestStream.INT8,
            base(16, "boolean"),
            base(700, "real"),
            base(701, "double precision"),
            new PgType.Base(1700, "numeric", (18 << 16 | 2) + 4),
            TestStream.TEXT,
            base(17, "bytea"),
            base(1082, "date"),
            base(1083, "time without time zone"),
            base(1114, "timestamp without time zone"),
            base(1184, "timestamp with time zone"),
            base(1186, "interval"),
            base(2950, "uuid"),
            new PgType.Array(1009, "text[]", TestStream.TEXT, 1));
    Column[] columns = new Column[types.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = TestStream.column("c" + i, types.get(i));
    }
    StreamSchema all = TestStream.of("public", "all", 1, List.of("c0"), columns);
    @Nullable String[][] rows = {
      {
        "-9223372036854775808",
        "t",
        "0.1",
        "0.1",
        "-1234567.05",
        "ü 😀 \"\n\\",
        "\\x00ff41",
        "2024-02-29",
        "23:59:59.999999",
        "1969-12-31 23:59:59",
        "2024-02-29 12:34:56.789012+00",
        "1 year 2 mons 3 days 04:05:06",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "{a,NULL,\"b c\"}"
      },
      {
        "1",
        "f",
        "-Infinity",
        "4.9e-324",
        "0.00",
        "",
        "\\x",
        "-infinity",
        "00:00:00",
        "infinity",
        "0044-03-15 12:00:00+00",
        "-1 days",
        "00000000-0000-0000-0000-000000000000",
        "{}"
      },
      {
        "2",
        "t",
        "3.4028235e38",
        "1.7976931348623157e308",
        "999999999999999.99",
        "x",
        "\\x0001",
        "1600-12-31",
        "12:30:00",
        "2262-04-11 23:47:16.854775",
        "1970-01-01 00:00:00+00",
        "00:00:00.000001",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "{\"\"}"
      },
      {"3", null, null, "100", null, null, null, null, null, null, null, null, null, null}
    };
    List<List<JsonNode>> posted = new ArrayList<>();
    for (String language : LANGUAGES) {
      settings =
          Modules.settings(
              Modules.httpPost(language), endpoint.origin(), SharedKafka.unique("http-post"));
      TestBatch batch = TestBatch.at(all, 1);
      for (@Nullable String[] row : rows) {
        batch.insert(row);
      }
      int before = endpoint.counted().size();
      @Nullable String[] moved = rows[3].clone();
      moved[0] = "4";
      moved[5] = UNCHANGED;
      committed(claim(all).apply(rows(batch, TestBatch.at(all, 2).keyChange("3", moved))));
      posted.add(
          endpoint.counted().subList(before, before + 2).stream()
              .flatMap(post -> post.rows().stream())
              .toList());
      closeAll();
    }
    assertThat(posted.getFirst()).hasSize(6);
    assertThat(posted.getFirst().getFirst().toString())
        .contains("\"c4\":-1234567.05", "\"c6\":\"AP9B\"", "\"c9\":\"1969-12-31T23:59:59\"");
    assertThat(posted.getFirst().getLast().path("_rb_before").path("c0").asInt()).isEqualTo(3);
    for (int i = 1; i < LANGUAGES.size(); i++) {
      assertThat(posted.get(i)).as(LANGUAGES.get(i)).isEqualTo(posted.getFirst());
    }
  }

  @Test
  void aFailingEndpointIsTriedAgainUnderTheSameKey() {
    Harness harness = claim();
    endpoint.next(Endpoint.status(503));
    ErrorInfo failure = failure(harness, items(1, "a"));
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.category()).isEqualTo(Category.TRANSIENT);
    assertThat(failure.message()).contains("503");
    harness.claimAgain();
    committed(harness.apply(items(1, "a")));
    assertThat(keys()).hasSize(2).containsOnly(keys().getFirst());
    assertThat(names()).containsExactly("a");
  }

  @Test
  void anEndpointThatWantsToWaitIsGivenItsTime() {
    Harness harness = claim();
    endpoint.next(Endpoint.wait(7));
    ErrorInfo failure = failure(harness, items(1, "a"));
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.category()).isEqualTo(Category.RATE_LIMIT);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void anEndpointThatIsSilentIsNoFaultOfTheRows() {
    settings = Modules.within(settings, Duration.ofMillis(600));
    Harness harness = claim();
    endpoint.next(endpoint.silence());
    long began = System.nanoTime();
    ErrorInfo failure = failure(harness, items(1, "a", "b"));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    assertThat(failure.retryable()).as(failure.line()).isTrue();
    harness.claimAgain();
    committed(harness.apply(items(1, "a", "b")));
    assertThat(keys()).hasSize(2).containsOnly(keys().getFirst());
  }

  @Test
  void whatWasTakenThoughTheAnswerWasLostCountsOnce() {
    Harness harness = claim();
    endpoint.next(endpoint.answerLost());
    assertThat(failure(harness, items(1, "a", "b")).retryable()).isTrue();
    harness.claimAgain();
    committed(harness.apply(items(1, "a", "b")));
    assertThat(keys()).hasSize(2).containsOnly(keys().getFirst());
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void aRowThatIsRefusedIsFoundAndTheRestIsDeliveredOnce() {
    Harness harness = claim();
    Applied applied = harness.apply(items(1, "a", "b", "bad", "d", "e"), items(2, "f", "bad"));
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    List<RefusedRow> refused = ((Applied.Refused) applied).rows();
    assertThat(refused).extracting(RefusedRow::row).containsExactly(2, 6);
    assertThat(refused)
        .allSatisfy(
            row -> {
              assertThat(row.error().category()).isEqualTo(Category.DATA);
              assertThat(row.error().message()).contains("400");
            });
    assertThat(names()).containsExactlyInAnyOrder("a", "b", "d", "e", "f");
    int sent = endpoint.received().size();
    DeadLetter letter = new DeadLetter("id-1", "{\"id\":3}", new byte[] {'{', '}'}, false);
    committed(
        harness.apply(
            new Undelivered(List.of(letter), Set.of(), Set.of(), Set.of(), Set.of()),
            new Planned[0]));
    assertThat(endpoint.received()).hasSize(sent);
    assertThat(harness.writer().outbox(harness.partition(), 9))
        .extracting(DeadLetter::id)
        .containsExactly("id-1");
  }

  /** As the host does it: the group comes again without the row, and the rest is there already. */
  @Test
  void whatWentThroughBesideARefusedRowIsNotSentAgain() {
    ModuleDestination destination = Modules.open(settings, allocator, resolver);
    open.add(destination);
    try (DeliveryFixture fixture =
        new DeliveryFixture(destination, ITEMS, OnDataError.DLQ, allocator)) {
      TestBatch batch = TestBatch.at(ITEMS, 1);
      for (String name : List.of("a", "b", "c", "d", "bad", "f", "g")) {
        batch.insert(Integer.toString(batch.rowCount() + 1), name, "x");
      }
      assertThat(fixture.apply(List.of(batch))).isEqualTo(1);
      assertThat(fixture.letters()).hasSize(1);
    }
    assertThat(names()).containsExactly("a", "b", "c", "d", "f", "g");
    assertThat(keys()).doesNotHaveDuplicates();
  }

  @Test
  void aGroupOfAnEarlierClaimIsNotDelivered() {
    Harness first = claim();
    Harness second = new Harness(first.writer(), first.partition(), allocator);
    assertThat(first.apply(items(1, "a"))).isEqualTo(new Applied.Fenced());
    assertThat(endpoint.received()).isEmpty();
    committed(second.apply(items(1, "a")));
  }

  @Test
  void aSettingThatIsWrongStopsTheStreamAndLosesNoRow() {
    Harness harness = claim();
    endpoint.next(Endpoint.status(401));
    ErrorInfo failure = failure(harness, items(1, "a", "b"));
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.category()).isEqualTo(Category.CONFIG);
    assertThat(failure.scope()).isEqualTo(Scope.STREAM);
    assertThat(endpoint.received()).hasSize(1);
  }

  @Test
  void anAddressThatIsNotAllowedStopsTheStreamAndSaysWhatAllowsIt() {
    settings = Modules.allowing(settings, ModuleSpec.Allow.NOTHING);
    ErrorInfo failure = failure(claim(), items(1, "a", "b"));
    assertThat(failure.code()).isEqualTo(CallFaults.NOT_ALLOWED);
    assertThat(failure.scope()).isEqualTo(Scope.STREAM);
    assertThat(failure.fix()).contains("allow.http");
    assertThat(endpoint.received()).isEmpty();
  }

  /** The pipeline alone gives no leave: what the manifest does not ask for, it does not get. */
  @Test
  void anOriginForWhichTheManifestDoesNotAskIsNotReached() throws Exception {
    byte[] module = Files.readAllBytes(Modules.httpPost("c"));
    String manifest = Files.readString(Path.of("..", "modules", "manifests", "http-post.json"));
    assertThat(manifest).contains("[\"*\"]");
    Path modest = Files.createTempFile("modest", ".wasm");
    try {
      Files.write(
          modest,
          ManifestPacker.pack(
              module,
              manifest.replace("[\"*\"]", "[\"https://api.example.com\"]").getBytes(UTF_8)));
      settings = Modules.settings(modest, endpoint.origin(), SharedKafka.unique("http-post"));
      assertThat(failure(claim(), items(1, "a")).code()).isEqualTo(CallFaults.NOT_ALLOWED);
      assertThat(endpoint.received()).isEmpty();
    } finally {
      Files.delete(modest);
    }
  }

  @Test
  void aNameThatTurnsToAnAddressOfOursIsNotConnectedTo() {
    String named = "http://flips.example:" + endpoint.port();
    AtomicReference<String> address = new AtomicReference<>("127.0.0.1");
    resolver = host -> List.of(InetAddress.ofLiteral(address.get()));
    settings =
        Modules.allowing(
            Modules.settings(Modules.httpPost("c"), named, SharedKafka.unique("http-post")),
            new ModuleSpec.Allow(false, List.of(named), List.of("127.0.0.1/32")));
    Harness harness = claim();
    committed(harness.apply(items(1, "a")));
    address.set("127.0.0.2");
    ErrorInfo failure = failure(harness, items(2, "b"));
    assertThat(failure.code()).isEqualTo(CallFaults.NOT_ALLOWED);
    assertThat(failure.scope()).isEqualTo(Scope.STREAM);
    assertThat(failure.message()).contains("flips.example", "127.0.0.2");
    assertThat(failure.fix()).contains("allow.networks");
    assertThat(names()).containsExactly("a");
    address.set("127.0.0.1");
    harness.claimAgain();
    committed(harness.apply(items(2, "b")));
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void anEndpointThatIsDownIsTriedAgain() {
    Harness harness = claim();
    endpoint.down();
    ErrorInfo failure = failure(harness, items(1, "a"));
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.scope()).isEqualTo(Scope.STREAM);
    assertThat(failure.message()).contains("connect");
    endpoint.up();
    harness.claimAgain();
    committed(harness.apply(items(1, "a")));
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aSecretThatTheEndpointRepeatsIsInNoErrorAndNoLetter() {
    String json = "{\"url\": \"%s\", \"headers\": {\"X-Who\": \"Bearer %s\"}}";
    settings =
        Modules.telling(
            settings,
            new ModuleSpec.Config(
                new Secret(json.formatted(endpoint.origin(), "s3cr3t!")),
                json.formatted(endpoint.origin(), "***")));
    Harness harness = claim();
    endpoint.next(Endpoint.echo(403, "X-Who"));
    ErrorInfo failure = failure(harness, items(1, "a"));
    assertThat(failure.message()).contains("who is Bearer ***");
    assertThat(failure.toString()).doesNotContain("s3cr3t");
    harness.claimAgain();
    endpoint.next(Endpoint.echo(422, "X-Who"));
    Applied.Refused refused = (Applied.Refused) harness.apply(items(1, "a"));
    assertThat(refused.rows().getFirst().error().message()).contains("who is Bearer ***");
    assertThat(refused.toString()).doesNotContain("s3cr3t");
    assertThat(settings.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void goesOnBehindWhatItDeliveredWhenItIsOpenedAgain() throws Exception {
    Harness harness = claim();
    committed(harness.apply(items(1, "a")));
    closeAll();
    Harness again = claim();
    assertThat(again.claim().nextOffset()).isEqualTo(1);
    assertThat(again.claim().schemaVersion()).isEqualTo(1);
    committed(again.apply(items(2, "b")));
    assertThat(names()).containsExactly("a", "b");
    assertThat(keys()).doesNotHaveDuplicates();
  }

  @Test
  void aProcessThatDiedBeforeItsBooksSendsTheSameKeysAgain() throws Exception {
    Harness dying = claim();
    assertThat(dying.apply(items(1, "a", "bad", "c"))).isInstanceOf(Applied.Refused.class);
    List<String> before = keys();
    closeAll();
    Harness again = claim();
    assertThat(again.claim().nextOffset()).isZero();
    assertThat(again.apply(items(1, "a", "bad", "c"))).isInstanceOf(Applied.Refused.class);
    assertThat(keys().subList(before.size(), keys().size())).isEqualTo(before);
    assertThat(names()).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void whoWasOvertakenWritesNoBooks() {
    Harness zombie = claim();
    Harness owner = claim();
    assertThat(owner.claim().fence()).isGreaterThan(zombie.claim().fence());
    assertThat(zombie.apply(items(1, "a"))).isEqualTo(new Applied.Fenced());
    committed(owner.apply(items(1, "a")));
    assertThat(names()).containsExactly("a");
  }
}
