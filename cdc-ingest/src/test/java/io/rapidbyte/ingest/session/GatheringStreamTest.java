package io.rapidbyte.ingest.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatheringStreamTest {
  private ServerSocket server;
  private Socket reader;
  private Socket writer;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    reader = new GatheringSocketFactory().createSocket();
    reader.connect(server.getLocalSocketAddress());
    writer = server.accept();
  }

  @AfterEach
  void disconnect() throws IOException {
    writer.close();
    reader.close();
    server.close();
  }

  @Test
  void givesEveryByteInOrderHoweverItIsWrittenAndRead() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(7).nextBytes(sent);
    Thread writing = Thread.ofVirtual().start(() -> writeInPieces(sent));
    InputStream stream = reader.getInputStream();
    byte[] taken = new byte[sent.length];
    Random sizes = new Random(8);
    int at = 0;
    while (at < taken.length) {
      switch (sizes.nextInt(3)) {
        case 0 -> taken[at++] = (byte) stream.read();
        case 1 -> {
          int skipped = (int) stream.skip(Math.min(sizes.nextInt(50), taken.length - at));
          System.arraycopy(sent, at, taken, at, skipped);
          at += skipped;
        }
        default ->
            at += stream.read(taken, at, Math.min(taken.length - at, 1 + sizes.nextInt(9000)));
      }
    }
    writing.join();
    assertThat(taken).isEqualTo(sent);
    writer.close();
    assertThat(stream.read()).isEqualTo(-1);
    assertThat(stream.read(taken, 0, 10)).isEqualTo(-1);
    assertThat(stream.skip(1)).isZero();
  }

  @Test
  void staysWholeAfterATimeOut() throws Exception {
    InputStream stream = reader.getInputStream();
    writer.getOutputStream().write(1);
    assertThat(stream.read()).isEqualTo(1);
    reader.setSoTimeout(1);
    assertThatThrownBy(stream::read).isInstanceOf(SocketTimeoutException.class);
    assertThat(stream.available()).isZero();
    reader.setSoTimeout(0);
    writer.getOutputStream().write(new byte[] {2, 3});
    assertThat(stream.read()).isEqualTo(2);
    assertThat(stream.available()).isEqualTo(1);
    assertThat(stream.read(new byte[8], 0, 8)).isEqualTo(1);
  }

  private void writeInPieces(byte[] bytes) {
    Random sizes = new Random(9);
    try {
      DataOutputStream out = new DataOutputStream(writer.getOutputStream());
      for (int at = 0; at < bytes.length; ) {
        int size = Math.min(bytes.length - at, 1 + sizes.nextInt(20_000));
        out.write(bytes, at, size);
        at += size;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
