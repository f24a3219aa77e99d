package io.rapidbyte.app.supervise;

/** A part of a pipeline that may be a process of its own. */
public enum Role {
  /** Source to topics. One leads, others stand by. */
  INGEST,
  /** Topics to topics, through transforms; nothing to do for a pipeline without any. */
  PROCESS,
  /** Topics to destinations. */
  SINK
}
