package io.rapidbyte.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on a free port of the loopback address, whose network is good until told otherwise.
 *
 * <p>Faults hold for open and new connections alike. Each direction of a connection has a virtual
 * thread. Methods may be called from any thread and return at once.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final Weather weather = new Weather();
  private volatile boolean refusing;

  private FaultProxy(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = target;
  }

  /** Where bytes are on their way to. */
  public enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  /** Starts a proxy to a server, which need not run yet. */
  public static FaultProxy to(String host, int port) {
    try {
      FaultProxy proxy =
          new FaultProxy(
              new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
              new InetSocketAddress(host, port));
      Thread.ofVirtual().name("fault-proxy-" + proxy.port()).start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for a proxy", e);
    }
  }

  /** Where clients connect, on 127.0.0.1. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Connections open now. */
  public int open() {
    return connections.size();
  }

  /** Connections accepted so far. */
  public long accepted() {
    return accepted.get();
  }

  /** Bytes arrive so much later, in each direction; zero for at once. */
  public void latency(Duration delay) {
    weather.delay(delay);
  }

  /**
   * Nothing more arrives in these directions, nor does any error; none named means both. What was
   * sent waits and arrives after {@link #heal}, as after a partition of the network.
   */
  public void blackHole(Direction... directions) {
    weather.hold(directions.length == 0 ? Direction.values() : directions);
  }

  /** New connections are closed at once. Open ones go on. */
  public void refuse() {
    refusing = true;
  }

  /** Resets every open connection, at both ends. New ones may come. */
  public void cut() {
    connections.forEach(ProxiedConnection::reset);
  }

  /**
   * Ends the server's side of every open connection without a word to the client, who goes on
   * believing in it: what it sends is lost, and nothing comes.
   */
  public void halfOpen() {
    connections.forEach(ProxiedConnection::loseServer);
  }

  /** The network is good again, and what was held arrives. Connections already lost stay so. */
  public void heal() {
    refusing = false;
    weather.clear();
  }

  private void accept() {
    while (!listener.isClosed()) {
      Socket client;
      try {
        client = listener.accept();
      } catch (IOException closed) {
        return;
      }
      accepted.incrementAndGet();
      if (refusing) {
        ProxiedConnection.resetQuietly(client);
      } else {
        Thread.ofVirtual().name("fault-proxy-connect").start(() -> connect(client));
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      server.connect(target, CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      ProxiedConnection connection =
          new ProxiedConnection(client, server, weather, connections::remove);
      connections.add(connection);
      connection.start();
    } catch (IOException serverDown) {
      ProxiedConnection.resetQuietly(client);
      ProxiedConnection.resetQuietly(server);
    }
  }

  /** Resets every connection and takes no new ones. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy did not close", e);
    }
    cut();
    weather.clear();
  }
}
