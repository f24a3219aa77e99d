package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.decode.PgOutputDecoder;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;
import java.util.Optional;

/** {@code engine: native}: pgoutput decoded in place, on the thread that reads it. */
public final class NativeEngine implements LogEngine {
  /** Knows no source. */
  public NativeEngine() {}

  @Override
  public boolean readsTextOnly() {
    return false;
  }

  @Override
  public Optional<ErrorInfo> refusal(StreamSchema schema) {
    return Optional.empty();
  }

  @Override
  public LogReader read(ReplicationStream stream, List<StreamPlan> streams) {
    return new Reader(stream);
  }

  private static final class Reader implements LogReader {
    private final ReplicationStream stream;
    private final PgOutputDecoder decoder = new PgOutputDecoder();

    Reader(ReplicationStream stream) {
      this.stream = stream;
    }

    /** Nothing holds a giant message when this returns, while its rows are handed over. */
    @Override
    public boolean next(Listener listener) {
      byte[] frame = stream.poll();
      if (frame == null) {
        return false;
      }
      if (WireFrame.isLog(frame)) {
        int bytes = frame.length - WireFrame.HEADER;
        decoder.decode(
            frame, WireFrame.HEADER, listener.message(bytes, WireFrame.serverEnd(frame)));
      } else {
        listener.keepalive(WireFrame.keepaliveEnd(frame), WireFrame.asksReply(frame));
      }
      return true;
    }

    @Override
    public void close() {}
  }
}
