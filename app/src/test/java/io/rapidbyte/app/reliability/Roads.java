package io.rapidbyte.app.reliability;

import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import io.rapidbyte.testkit.net.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** A broker of its own and a proxy on each road that a pipeline has to its servers. */
final class Roads implements AutoCloseable {
  private final FaultProxy toKafka;
  private final FaultProxy toSource;
  private final FaultProxy toCopy;
  private final EmbeddedKafka kafka;

  /** Roads to the broker, which is started, and to a Postgres that is source and copy. */
  Roads(int postgresPort) {
    int kafkaPort = freePort();
    toKafka = FaultProxy.to("127.0.0.1", kafkaPort);
    toSource = FaultProxy.to("127.0.0.1", postgresPort);
    toCopy = FaultProxy.to("127.0.0.1", postgresPort);
    kafka =
        EmbeddedKafka.start(
            EmbeddedKafka.Options.defaults()
                .onPort(kafkaPort)
                .with("advertised.listeners", "PLAINTEXT://127.0.0.1:" + toKafka.port()));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }

  FaultProxy toKafka() {
    return toKafka;
  }

  FaultProxy toSource() {
    return toSource;
  }

  FaultProxy toCopy() {
    return toCopy;
  }

  List<FaultProxy> all() {
    return List.of(toKafka, toSource, toCopy);
  }

  Trial.Setup lead(Trial.Setup direct) {
    return direct.through("127.0.0.1:" + toKafka.port(), toSource.port(), toCopy.port());
  }

  @Override
  public void close() {
    kafka.close();
    all().forEach(FaultProxy::close);
  }
}
