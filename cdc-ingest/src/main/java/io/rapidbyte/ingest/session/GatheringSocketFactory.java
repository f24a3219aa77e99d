package io.rapidbyte.ingest.session;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets for a stream of many small messages: they are read seldom and much at once.
 *
 * <p>A walsender sends each row by a system call of its own. With a reader that waits in the socket
 * each of these calls sends a packet and wakes the reader, which costs the walsender more than
 * decoding the row. A reader that comes back after {@link GatheringStream#PAUSE_NANOS} finds a
 * buffer full of rows, and the kernel at the other end joins what waits into large packets. Rows
 * that come one at a time are not delayed.
 *
 * <p>Named by its class to pgjdbc, which wants a public constructor without arguments.
 */
public final class GatheringSocketFactory extends SocketFactory {
  /** Made by pgjdbc. */
  public GatheringSocketFactory() {}

  @Override
  public Socket createSocket() {
    return new GatheringSocket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
  }

  private static final class GatheringSocket extends Socket {
    private InputStream stream = InputStream.nullInputStream();
    private boolean opened;

    @Override
    public synchronized InputStream getInputStream() throws IOException {
      if (!opened) {
        stream = new GatheringStream(super.getInputStream());
        opened = true;
      }
      return stream;
    }
  }
}
