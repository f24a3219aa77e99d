package io.rapidbyte.wasm.module;

import java.util.List;

/**
 * What a module asks for, beyond the batch that it is given.
 *
 * @param state bytes that it finds again at the next batch
 * @param http origins it wants to send requests to, such as {@code https://api.example.com}; {@code
 *     *} where the pipeline's configuration decides
 */
public record Permission(boolean state, List<String> http) {
  /** Nothing. */
  public static final Permission NONE = new Permission(false, List.of());

  public Permission {
    http = List.copyOf(http);
  }
}
