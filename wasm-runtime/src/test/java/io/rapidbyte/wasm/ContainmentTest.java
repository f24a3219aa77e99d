package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  })
  void containsTheDeedAndGoesOnWithAFreshInstance(String deed, String code) {
    Limits limits = Hostile.LIMITS.withCallTime(Duration.ofMillis(400));
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
      assertThat(failed(guest.open()).error().code()).isEqualTo(CallFaults.DEADLINE);
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
  void linesLoseTheirControlCharacters() {
    try (Guest guest = guest("say")) {
      done(guest.transform(Hostile.META, Hostile.BATCH));
    }
    assertThat(lines).containsExactly("WARN first\\x1b[31mred", "WARN second", "WARN \\x07");
  }

  @Test
  void stateIsSeenWithinTheCallAndKeptByTheCallerAlone() {
    InMemoryState kept = new InMemoryState();
    GuestSetup hostile = Hostile.to("state", Hostile.LIMITS);
    GuestSetup setup =
        new GuestSetup(
            hostile.module(),
            hostile.config(),
            hostile.stream(),
            hostile.limits(),
            Hostile.ALL,
            kept,
            hostile.http());
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
    GuestSetup hostile = Hostile.to("state", Hostile.LIMITS);
    GuestSetup setup =
        new GuestSetup(
            hostile.module(),
            hostile.config(),
            hostile.stream(),
            hostile.limits(),
            Grants.NONE,
            new InMemoryState(),
            hostile.http());
    try (Guest guest = runtime.guest(setup, observer)) {
      ErrorInfo error = failed(guest.transform(Hostile.META, Hostile.BATCH)).error();
      assertThat(error.code()).isEqualTo(CallFaults.NOT_ALLOWED);
      assertThat(error.scope()).as("every batch would meet it").isEqualTo(Scope.STREAM);
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
