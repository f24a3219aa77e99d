package io.rapidbyte.wasm;

import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The module of {@code src/test/guests/hostile.c}, told what to do. */
final class Hostile {
  static final byte[] BATCH =
      "an Arrow batch, as far as this guest knows".getBytes(StandardCharsets.UTF_8);
  static final BatchMeta META =
      new BatchMeta(
          "shop.orders",
          RecordKind.CHANGE,
          3,
          Lsn.parse("0/16B3748"),
          Instant.parse("2026-11-22T10:15:30.123456Z"));

  static final Limits LIMITS =
      Limits.DEFAULT
          .withMemoryBytes(16 << 20)
          .withCallTime(Duration.ofSeconds(20))
          .withEmittedBytes(4 << 20)
          .withLogBytes(512 << 10)
          .withHostCalls(100_000)
          .withStateBytes(1 << 20);

  static final Grants ALL = new Grants(true, List.of(), List.of());

  private Hostile() {}

  static GuestModule module() {
    return GuestModule.load(bytes("hostile.wasm"), Limits.DEFAULT.moduleBytes());
  }

  static byte[] bytes(String name) {
    try (InputStream in = Hostile.class.getResourceAsStream("/guests/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no guest " + name + "; run modules/build tests");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GuestSetup to(String deed, Limits limits) {
    return to(deed, limits, ALL, new InMemoryState());
  }

  static GuestSetup to(String deed, Limits limits, Grants grants, StateStore state) {
    return new GuestSetup(
        module(),
        "{\"deed\":\"" + deed + "\"}",
        "shop.orders",
        limits,
        grants,
        state,
        HttpDoor.CLOSED);
  }
}
