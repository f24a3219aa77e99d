package io.rapidbyte.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlJsonTest {
  private static final Instant AT = Instant.parse("2026-02-03T04:05:06.789Z");

  @Test
  void comesBackAsItWas() {
    for (ResyncCommand.Target target :
        List.of(
            new ResyncCommand.Everything(29_000_000),
            new ResyncCommand.Streams(List.of("public.a", "Odd.\"name\"")),
            new ResyncCommand.Keys("public.a", List.of(List.of("1", "x\"y"), List.of("2", ""))))) {
      ResyncCommand command = new ResyncCommand("id", target, AT);
      assertThat(ControlJson.read("id", ControlJson.write(command))).contains(command);
    }
  }

  @Test
  void leavesAloneWhatALaterVersionWrote() {
    assertThat(ControlJson.read("id", "{\"format\":1,\"command\":\"dance\"}".getBytes(UTF_8)))
        .isEmpty();
    assertThat(ControlJson.read("id", "{\"format\":2,\"command\":\"resync\"}".getBytes(UTF_8)))
        .isEmpty();
  }

  @Test
  void refusesWhatIsNoCommand() {
    assertThatThrownBy(() -> ControlJson.read("id", "hello".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
