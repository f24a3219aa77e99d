package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.wasm.host.MemoryBudget;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.ManifestPacker;
import io.rapidbyte.wasm.module.ModuleBytes;
import io.rapidbyte.wasm.module.ModuleFaults;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a guest does, its caller gets an outcome, and the next call works. */
final class ContainmentTest {
  private final GuestRuntime runtime = new GuestRuntime(Optional.empty());
  private final List<ErrorInfo> discarded = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final GuestObserver observer =
      new GuestObserver() {
        @Override
        public void logged(LogLevel level, String line) {
          lines.add(level + " " + line);
        }

        @Override
        public void discarded(ErrorInfo why) {
          discarded.add(why);
        }
      };

  @AfterEach
  void end() {
    runtime.close();
  }

  private Guest guest(String deed) {
    return guest(deed, Hostile.LIMITS);
  }

  private Guest guest(String deed, Limits limits) {
    return runtime.guest(Hostile.to(deed, limits), observer);
  }

  private static Outcome.Failed failed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return (Outcome.Failed) outcome;
  }

  private static Outcome.Done done(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return (Outcome.Done) outcome;
  }

  @Test
  void givesBackWhatAWellBehavedGuestEmits() {
    try (Guest guest = guest("nothing")) {
      done(guest.open());
      assertThat(done(guest.schema(Hostile.BATCH)).emitted())
          .singleElement()
          .returns(Emission.Kind.SCHEMA, Emission::kind)
          .returns(Hostile.BATCH, Emission::bytes);
      assertThat(done(guest.transform(Hostile.META, Hostile.BATCH)).emitted())
          .singleElement()
          .returns(Emission.Kind.BATCH, Emission::kind)
          .returns("", Emission::route);
    }
    assertThat(discarded).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "exponential, module/deadline",
    "loop, module/deadline",
    "recursion, module/stack-exhausted",
    "recursion into the host, module/stack-exhausted",
    "memory bomb, module/memory-limit",
    "trap, module/trap",
    "beyond memory, module/trap",
    "divide, module/trap",
    "emit flood, module/emit-limit",
    "emit a gibibyte, module/emit-limit",
    "log flood, module/log-limit",
    "host call flood, module/host-call-limit",
    "state flood, module/state-limit",
    "large key, module/bad-call",
    "large value, module/state-limit",
    "reject beyond, module/bad-call",
    "unknown kind, module/bad-call",
    "request, module/not-allowed",
    "bad emit, module/bad-pointer",
    "bad emit length, module/emit-limit",
    "bad emit route, module/bad-pointer",
    "bad reject, module/bad-pointer",
    "bad error, module/bad-pointer",
    "bad log, module/bad-pointer",
    "bad metric, module/bad-pointer",
    "bad state_get key, module/bad-pointer",
    "bad state_get buffer, module/bad-pointer",
    "bad state_put key, module/bad-pointer",
    "bad state_put value, module/bad-pointer",
    "bad state_delete, module/bad-pointer",
    "bad http request, module/bad-pointer",
    "bad http buffer, module/bad-pointer",
    "bad clock, module/bad-pointer",
    "bad random, module/bad-pointer",
    "bad print, module/bad-pointer",
    "bad print vectors, module/bad-pointer",
    "print flood, module/log-limit",
    "panic, module/exit",
  })
  void containsTheDeedAndGoesOnWithAFreshInstance(String deed, String code) {
    boolean late = code.equals(CallFaults.DEADLINE);
    Limits limits = Hostile.LIMITS.withCallTime(Duration.ofMillis(late ? 1000 : 20_000));
    try (Guest guest = guest(deed, limits)) {
      done(guest.schema(Hostile.BATCH));
      Outcome.Failed failed = failed(guest.transform(Hostile.META, Hostile.BATCH));
      assertThat(failed.error().code()).as(failed.error().line()).isEqualTo(code);
      assertThat(failed.error().scope()).isEqualTo(Scope.BATCH);
      assertThat(failed.error().fix()).isNotEmpty();
      assertThat(failed.error().details()).containsEntry("module", "hostile");
      assertThat(discarded).hasSize(1);
      done(guest.schema(Hostile.BATCH));
    }
  }

  @Test
  void aPointerBeyondTheMemoryIsNotFollowedWhateverTheLimit() {
    Limits limits = Hostile.LIMITS.withEmittedBytes(1L << 40);
    for (String deed : List.of("bad emit length", "emit a gibibyte")) {
      try (Guest guest = guest(deed, limits)) {
        Outcome.Failed failed = failed(guest.transform(Hostile.META, Hostile.BATCH));
        assertThat(failed.error().code()).isEqualTo(CallFaults.BAD_POINTER);
      }
    }
  }

  @Test
  void namesTheFunctionsInWhichAGuestTrapped() {
    try (Guest guest = guest("trap")) {
      Outcome.Failed failed = failed(guest.transform(Hostile.META, Hostile.BATCH));
      assertThat(failed.guestStack()).containsExactly("trap_on_third_row", "rb_transform");
      assertThat(failed.error().details())
          .containsEntry("guest_stack", "trap_on_third_row < rb_transform");
    }
  }

  @Test
  void endsALoopInOpenAndTriesAgainAtTheNextCall() {
    try (Guest guest = guest("loop in open", Hostile.LIMITS.withCallTime(Duration.ofMillis(200)))) {
      ErrorInfo error = failed(guest.open()).error();
      assertThat(error.code()).isEqualTo(CallFaults.DEADLINE);
      assertThat(error.scope()).as("no row is at fault").isEqualTo(Scope.STREAM);
      assertThat(failed(guest.transform(Hostile.META, Hostile.BATCH)).error().code())
          .isEqualTo(CallFaults.DEADLINE);
    }
  }

  @Test
  void tellsWhatTheGuestSaysOfItsFailure() {
    try (Guest guest = guest("fail in open")) {
      ErrorInfo error = failed(guest.open()).error();
      assertThat(error.line()).isEqualTo("guest/no-column: there is no column x — name one");
      assertThat(error.scope()).isEqualTo(Scope.STREAM);
    }
  }

  @Test
  void aGuestCannotForgeACodeOfOurs() {
    try (Guest guest = guest("stop the stream")) {
      assertThat(failed(guest.transform(Hostile.META, Hostile.BATCH)).error().code())
          .isEqualTo("guest/source-diverged");
    }
  }

  @Test
  void aNegativeAnswerWithoutAReasonIsAnErrorAndTheInstanceLivesOn() {
    try (Guest guest = guest("no reason")) {
      assertThat(failed(guest.transform(Hostile.META, Hostile.BATCH)).error().code())
          .isEqualTo(CallFaults.UNEXPLAINED);
    }
    assertThat(discarded).isEmpty();
  }

  @Test
  void memoryUpToTheBrimIsNoFaultAsLongAsTheGuestLivesWithIt() {
    try (Guest guest = guest("memory to the brim")) {
      done(guest.transform(Hostile.META, Hostile.BATCH));
    }
  }

  @Test
  void rejectsRowsEachOnceWithTextMadeHarmless() {
    try (Guest guest = guest("refuse")) {
      List<Rejection> rejected = done(guest.transform(Hostile.META, Hostile.BATCH)).rejected();
      assertThat(rejected).extracting(Rejection::row).containsExactly(0, 1);
      assertThat(rejected.get(0).error().line()).isEqualTo("guest/failed: plain text");
      assertThat(rejected.get(1).error().line()).isEqualTo("guest/too-old: born \\x1b in 1850");
      assertThat(rejected).allMatch(r -> r.error().scope() == Scope.RECORD);
    }
  }

  @Test
  void whatAGuestPrintsBeforeItDiesIsTold() {
    try (Guest guest = guest("panic")) {
      Outcome.Failed failed = failed(guest.transform(Hostile.META, Hostile.BATCH));
      assertThat(failed.error().message()).contains("exit(101)");
    }
    assertThat(lines)
        .containsExactly(
            "WARN thread 'main' panicked at src/lib.rs:7:5", "WARN note", "WARN half a line");
  }

  @Test
  void clockAndRandomAreTheBatchsAndFilesAreNotThere() {
    byte[] first;
    byte[] again;
    byte[] other;
    try (Guest guest = guest("wasi")) {
      first = done(guest.transform(Hostile.META, Hostile.BATCH)).emitted().getFirst().bytes();
      again = done(guest.transform(Hostile.META, Hostile.BATCH)).emitted().getFirst().bytes();
      BatchMeta next =
          new BatchMeta(
              Hostile.META.stream(), Hostile.META.kind(), 3, Lsn.parse("0/1"), Hostile.META.time());
      other = done(guest.transform(next, Hostile.BATCH)).emitted().getFirst().bytes();
    }
    assertThat(again).isEqualTo(first);
    ByteBuffer seen = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(seen.getLong()).isEqualTo(Hostile.META.time().toEpochMilli() * 1_000_000 + 456_000);
    assertThat(seen.getLong()).isLessThan(seen.getLong());
    assertThat(first).startsWith(Arrays.copyOf(other, 24)).isNotEqualTo(other);
    assertThat(seen.getInt(48)).as("ENOTCAPABLE").isEqualTo(76);
  }

  @Test
  void aStartFunctionHasADeadlineToo() {
    GuestModule module =
        GuestModule.load(
            ModuleBytes.transform()
                .function("begin", ":", ModuleBytes.bytes(0x03, 0x40, 0x0C, 0, 0x0B))
                .start("begin")
                .build(),
            Limits.DEFAULT.moduleBytes());
    try (Guest guest = runtime.guest(setup(module, Duration.ofMillis(200)), observer)) {
      assertThat(failed(guest.open()).error().code()).isEqualTo(CallFaults.DEADLINE);
      assertThat(discarded).hasSize(1);
    }
  }

  @Test
  void aModuleOfAnotherAbiIsRefusedBeforeItIsOpened() {
    GuestModule module =
        GuestModule.load(
            ModuleBytes.transform().function("rb_abi", ":i", ModuleBytes.constant(2)).build(),
            Limits.DEFAULT.moduleBytes());
    try (Guest guest = runtime.guest(setup(module, Duration.ofSeconds(10)), observer)) {
      ErrorInfo error = failed(guest.open()).error();
      assertThat(error.code()).isEqualTo(ModuleFaults.WRONG_ABI);
      assertThat(error.scope()).isEqualTo(Scope.STREAM);
    }
  }

  @Test
  void aModuleThatBeginsWithMoreMemoryThanAllowedIsToldSo() {
    GuestModule module =
        GuestModule.load(
            ModuleBytes.transform().memory(1, 0, 0x80, 0x20).build(), // 4096 pages
            Limits.DEFAULT.moduleBytes());
    try (Guest guest = runtime.guest(setup(module, Duration.ofSeconds(10)), observer)) {
      ErrorInfo error = failed(guest.open()).error();
      assertThat(error.code()).isEqualTo(CallFaults.MEMORY_LIMIT);
      assertThat(error.fix()).contains("limits.memory");
    }
  }

  private static GuestSetup setup(GuestModule module, Duration time) {
    return new GuestSetup(
        module,
        "{}",
        "s",
        Hostile.LIMITS.withCallTime(time),
        Grants.NONE,
        StateStore.NONE,
        HttpDoor.CLOSED);
  }

  @Test
  void anInterruptOfTheCallerGivesTheCallUp() throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Guest guest = guest("loop", Hostile.LIMITS.withCallTime(Duration.ofMinutes(1)));
    done(guest.open());
    Thread caller =
        Thread.ofPlatform().start(() -> outcome.set(guest.transform(Hostile.META, Hostile.BATCH)));
    caller.interrupt();
    caller.join(10_000);
    ErrorInfo error = failed(Objects.requireNonNull(outcome.get())).error();
    assertThat(error.code()).isEqualTo(CallFaults.INTERRUPTED);
    assertThat(error.retryable()).isTrue();
  }

  @Test
  void aGuestThatAsksIsToldThatItIsToEnd() throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Limits patient =
        Hostile.LIMITS.withCallTime(Duration.ofMinutes(1)).withHostCalls(Integer.MAX_VALUE);
    Guest guest = guest("loop until cancelled", patient);
    done(guest.open());
    Thread caller =
        Thread.ofPlatform().start(() -> outcome.set(guest.transform(Hostile.META, Hostile.BATCH)));
    guest.cancel();
    caller.join(10_000);
    assertThat(failed(Objects.requireNonNull(outcome.get())).error().code())
        .isEqualTo(CallFaults.UNEXPLAINED);
  }

  @Test
  void allGuestsTogetherHaveABudgetAndGiveItBack() {
    MemoryBudget budget = new MemoryBudget(24 << 20);
    Limits limits = Hostile.LIMITS.withMemoryBytes(64 << 20);
    try (GuestRuntime small = new GuestRuntime(Optional.empty(), budget)) {
      Guest greedy = small.guest(Hostile.to("memory to the brim", limits), observer);
      done(greedy.transform(Hostile.META, Hostile.BATCH));
      assertThat(budget.taken()).isBetween(8L << 20, 24L << 20);
      Guest bomb = small.guest(Hostile.to("memory bomb", limits), observer);
      for (int i = 0; i < 3; i++) {
        assertThat(failed(bomb.transform(Hostile.META, Hostile.BATCH)).error().code())
            .isEqualTo(CallFaults.MEMORY_LIMIT);
      }
      greedy.close();
      assertThat(budget.taken()).isZero();
      Guest wordy =
          small.guest(Hostile.to("emit flood", limits.withEmittedBytes(1L << 40)), observer);
      assertThat(failed(wordy.transform(Hostile.META, Hostile.BATCH)).error().code())
          .as("what it emits is the budget's too")
          .isEqualTo(CallFaults.MEMORY_LIMIT);
      assertThat(budget.taken()).isZero();
      try (Guest modest = small.guest(Hostile.to("nothing", limits), observer)) {
        done(modest.transform(Hostile.META, Hostile.BATCH));
      }
      assertThat(budget.taken()).isZero();
    }
  }

  @Test
  void aStoreThatFailsIsNoFaultOfTheGuest() {
    StateStore broken =
        new StateStore() {
          @Override
          public Optional<byte[]> get(byte[] key, long nowMillis) {
            throw new IllegalStateException("closed");
          }
        };
    GuestSetup setup = Hostile.to("state", Hostile.LIMITS, Hostile.ALL, broken);
    try (Guest guest = runtime.guest(setup, observer)) {
      ErrorInfo error = failed(guest.transform(Hostile.META, Hostile.BATCH)).error();
      assertThat(error.code()).isEqualTo(CallFaults.STATE_FAILED);
      assertThat(error.scope()).isEqualTo(Scope.STREAM);
    }
  }

  @Test
  void theFreshInstanceIsOpenedAndKnowsTheSchema() {
    try (Guest guest = guest("count")) {
      done(guest.schema(Hostile.BATCH));
      for (int expected = 1; expected <= 2; expected++) {
        assertThat(counted(guest)).containsExactly(1, expected);
      }
      failed(guest.transform(Hostile.META, new byte[1]));
      assertThat(counted(guest)).as("one schema, its first batch").containsExactly(1, 1);
    }
  }

  private static byte[] counted(Guest guest) {
    return done(guest.transform(Hostile.META, Hostile.BATCH)).emitted().getFirst().bytes();
  }

  @Test
  void linesLoseTheirControlCharacters() {
    try (Guest guest = guest("say")) {
      done(guest.transform(Hostile.META, Hostile.BATCH));
    }
    assertThat(lines).containsExactly("WARN first\\x1b[31mred", "WARN second", "WARN \\x07");
  }

  @Test
  void stateIsSeenWithinTheCallAndKeptByTheCallerAlone() {
    InMemoryState kept = new InMemoryState();
    GuestSetup setup = Hostile.to("state", Hostile.LIMITS, Hostile.ALL, kept);
    try (Guest guest = runtime.guest(setup, observer)) {
      for (int expected = 1; expected <= 2; expected++) {
        Outcome.Done done = done(guest.transform(Hostile.META, Hostile.BATCH));
        assertThat(done.emitted().getFirst().bytes()).containsExactly(expected);
        kept.apply(done.state());
      }
      BatchMeta later =
          new BatchMeta(
              Hostile.META.stream(),
              Hostile.META.kind(),
              3,
              Hostile.META.lsn(),
              Hostile.META.time().plusSeconds(2));
      assertThat(done(guest.transform(later, Hostile.BATCH)).emitted().getFirst().bytes())
          .as("the count lives for a second")
          .containsExactly(1);
    }
  }

  @Test
  void stateThatIsNotGrantedIsNotThere() {
    GuestSetup setup = Hostile.to("state", Hostile.LIMITS, Grants.NONE, new InMemoryState());
    try (Guest guest = runtime.guest(setup, observer)) {
      ErrorInfo error = failed(guest.transform(Hostile.META, Hostile.BATCH)).error();
      assertThat(error.code()).isEqualTo(CallFaults.NOT_ALLOWED);
      assertThat(error.scope()).as("every batch would meet it").isEqualTo(Scope.STREAM);
    }
  }

  @Test
  void stateThatTheManifestDoesNotAskForIsNotThereThoughItIsGranted() {
    byte[] modest =
        ManifestPacker.pack(
            Hostile.bytes("hostile.wasm"), ModuleBytes.MANIFEST.getBytes(StandardCharsets.UTF_8));
    GuestSetup setup =
        new GuestSetup(
            GuestModule.load(modest, Limits.DEFAULT.moduleBytes()),
            "{\"deed\":\"state\"}",
            "s",
            Hostile.LIMITS,
            Hostile.ALL,
            new InMemoryState(),
            HttpDoor.CLOSED);
    try (Guest guest = runtime.guest(setup, observer)) {
      assertThat(failed(guest.transform(Hostile.META, Hostile.BATCH)).error().code())
          .isEqualTo(CallFaults.NOT_ALLOWED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "loop until cancelled"})
  void theCallerIsNeverInterruptedByADeadline(String deed) {
    try (Guest guest = guest(deed, Hostile.LIMITS.withCallTime(Duration.ofMillis(300)))) {
      failed(guest.transform(Hostile.META, Hostile.BATCH));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void aThousandInstancesLiveInOneProcess() {
    List<Guest> guests = new ArrayList<>();
    GuestSetup setup = Hostile.to("nothing", Hostile.LIMITS);
    for (int i = 0; i < 1000; i++) {
      Guest guest = runtime.guest(setup, observer);
      done(guest.open());
      guests.add(guest);
    }
    for (Guest guest : guests) {
      done(guest.transform(Hostile.META, Hostile.BATCH));
      guest.close();
    }
  }
}
