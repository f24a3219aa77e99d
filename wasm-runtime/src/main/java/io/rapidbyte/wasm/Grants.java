package io.rapidbyte.wasm;

import io.rapidbyte.wasm.http.Cidr;
import io.rapidbyte.wasm.http.Origin;
import io.rapidbyte.wasm.module.Permission;
import java.util.List;
import java.util.Optional;

/**
 * What a pipeline allows a module, of what the module asks for. What neither names is not there.
 *
 * @param state keys and values between batches
 * @param http origins such as {@code https://api.example.com}; a port that is not the scheme's own
 *     must be named
 * @param networks private, local and other special addresses that may be connected to
 */
public record Grants(boolean state, List<String> http, List<Cidr> networks) {
  /** Nothing. */
  public static final Grants NONE = new Grants(false, List.of(), List.of());

  public Grants {
    http = List.copyOf(http);
    networks = List.copyOf(networks);
  }

  /** What both the module asks for and this allows. */
  public Grants within(Permission asked) {
    List<String> origins =
        asked.http().contains("*")
            ? http
            : http.stream().filter(granted -> names(asked.http(), granted)).toList();
    return new Grants(state && asked.state(), origins, networks);
  }

  private static boolean names(List<String> asked, String granted) {
    Optional<Origin> origin = Origin.parse(granted);
    return origin.isPresent()
        && asked.stream().map(Origin::parse).anyMatch(each -> each.equals(origin));
  }
}
