package io.rapidbyte.schemas.condition;

/** How a column's text compares. */
public enum Ordering {
  /** Not text. */
  NONE,
  /** Byte by byte: collations C and POSIX. */
  BYTES,
  /** By a locale's rules; equal only where the bytes are. */
  LOCALE,
  /** By a collation under which different bytes may be equal. */
  NONDETERMINISTIC
}
