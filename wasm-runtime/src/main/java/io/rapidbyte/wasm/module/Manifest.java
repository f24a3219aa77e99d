package io.rapidbyte.wasm.module;

import java.time.Duration;
import java.util.Optional;

/**
 * What a module says of itself, in its custom section {@code rapidbyte.manifest}.
 *
 * @param id its name, {@code [a-z0-9-]}, at most 64 characters
 * @param version its author's, at most 64 characters
 * @param drops what a missing row means; of a transform
 * @param guarantee what a batch that comes again means; of a destination
 * @param config a JSON Schema of its configuration, as text; {@code {}} where it takes anything
 * @param memoryBytes the most memory it needs, where it says so
 * @param callTime the longest that a call takes, where it says so
 */
public record Manifest(
    String id,
    String version,
    Role role,
    Drops drops,
    DeliveryGuarantee guarantee,
    String config,
    Permission permissions,
    Optional<Long> memoryBytes,
    Optional<Duration> callTime) {
  /** The custom section's name. */
  public static final String SECTION = "rapidbyte.manifest";

  /** The most bytes that the section may have. */
  public static final int MAX_BYTES = 64 * 1024;
}
