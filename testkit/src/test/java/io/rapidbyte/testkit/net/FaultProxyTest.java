package io.rapidbyte.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {
  private ServerSocket echo;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = FaultProxy.to("127.0.0.1", echo.getLocalPort());
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException gone) {
                    return;
                  }
                });
      } catch (IOException closed) {
        return;
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static int echoed(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
    return socket.getInputStream().read();
  }

  @Test
  void bytesPassAndEndWhenEitherSideEnds() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 7)).isEqualTo(7);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    Eventually.until("no connection", Duration.ofSeconds(10), () -> proxy.open() == 0);
  }

  @Test
  void aBlackHoleHoldsBytesUntilTheNetworkHeals() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      proxy.blackHole(FaultProxy.Direction.TO_CLIENT);
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void latencyDelaysEachDirection() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      proxy.latency(Duration.ofMillis(100));
      long begin = System.nanoTime();
      assertThat(echoed(socket, 2)).isEqualTo(2);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(200));
    }
  }

  @Test
  void aCutEndsOpenConnectionsAndNewOnesMayCome() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      proxy.cut();
      assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(IOException.class);
    }
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 3)).isEqualTo(3);
    }
  }

  @Test
  void aHalfOpenConnectionIsBelievedInByItsClient() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoed(socket, 1)).isEqualTo(1);
      proxy.halfOpen();
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(SocketTimeoutException.class);
      assertThat(proxy.open()).isEqualTo(1);
    }
  }
}
