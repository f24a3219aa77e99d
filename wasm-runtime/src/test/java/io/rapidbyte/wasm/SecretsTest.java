package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.wasm.http.HttpDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A guest that says what it was told. */
final class SecretsTest {
  private static final String TOLD = "{\"a\":\"hunter2\",\"deed\":\"log flood\"}";

  private final List<String> said = new ArrayList<>();
  private final GuestObserver observer =
      new GuestObserver() {
        @Override
        public void logged(LogLevel level, String line) {
          said.add(line);
        }
      };

  @Test
  void whatAReferenceResolvedToIsInNoneOfItsLinesNorInTheSetupsText() {
    GuestSetup setup =
        new GuestSetup(
            Hostile.module(),
            new ModuleSpec.Config(new Secret(TOLD), TOLD.replace("hunter2", "***")),
            "shop.orders",
            Hostile.LIMITS,
            Hostile.ALL,
            new InMemoryState(),
            HttpDoor.CLOSED);
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty());
        Guest guest = runtime.guest(setup, observer)) {
      guest.schema(Hostile.BATCH);
      guest.transform(Hostile.META, Hostile.BATCH);
    }
    assertThat(said)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("\"a\":\"***\"").doesNotContain("hunter2"));
    assertThat(setup.toString()).doesNotContain("hunter2");
  }
}
