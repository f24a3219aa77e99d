package io.rapidbyte.schemas.error;

/** What is known of the transaction in which a failure struck. */
public enum CommitState {
  /** Nothing was made durable; trying again is safe. */
  BEFORE_COMMIT,
  /** The commit was asked for and its answer never came: read the checkpoint, never resend. */
  AFTER_COMMIT_UNKNOWN,
  /** The commit is durable; what failed came after it. */
  AFTER_COMMIT_CONFIRMED;

  /** The state as it stands in documents. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
