package io.rapidbyte.schemas.error;

/** What kind of thing went wrong: decides who can mend it and whether trying again makes sense. */
public enum Category {
  /** The user's configuration; mended by editing it. */
  CONFIG,
  /** Credentials or privileges; mended by granting them. */
  AUTH,
  /** The other side asks for patience. */
  RATE_LIMIT,
  /** Network, restart, failover: tried again, it passes. */
  TRANSIENT,
  /** A value that cannot be represented or was refused; mended at its row. */
  DATA,
  /** The shape of a table or batch is not what the receiver can take. */
  SCHEMA,
  /** A defect of ours. */
  INTERNAL;

  /** The category as it stands in headers, documents and metrics: {@code rate-limit}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
