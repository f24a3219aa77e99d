package io.rapidbyte.schemas.spec;

import java.nio.file.Path;
import java.util.List;

/**
 * A module of the user's, as a pipeline names it: whether there is one, and what it says of itself,
 * shows when it is loaded.
 *
 * @param path of its file; a relative one began at the pipeline's file
 */
public record ModuleSpec(Path path, Config config, Allow allow) {
  /**
   * What it is told when it is opened.
   *
   * @param json a JSON object, with what references resolve to
   * @param shown the same for messages and digests: what references resolve to is {@code ***}
   */
  public record Config(Secret json, String shown) {
    /** Where the file says nothing. */
    public static final Config NONE = new Config(new Secret("{}"), "{}");
  }

  /**
   * What it may do, if its manifest asks for it; nothing else.
   *
   * @param state keys and values between batches
   * @param http origins such as {@code https://api.example.com}; for destinations
   * @param networks private, local and other special ranges of addresses that may be connected to
   */
  public record Allow(boolean state, List<String> http, List<String> networks) {
    /** Nothing. */
    public static final Allow NOTHING = new Allow(false, List.of(), List.of());

    public Allow {
      http = List.copyOf(http);
      networks = List.copyOf(networks);
    }
  }
}
