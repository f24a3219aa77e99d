package io.rapidbyte.app.broker;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.testkit.kafka.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home's broker, seen from one process: started here, or joined where another process owns it.
 *
 * <p>Ownership is an operating system's lock on a file, so that it ends with its process however
 * that ends. One that joined takes over, on the same port, when the owner is gone. Every record is
 * on the disk before it is acknowledged.
 */
public final class HomeBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HomeBroker.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int FIRST_PORT = 9092;
  private static final int PORTS = 200;
  private static final Duration OWNER_WAIT = Duration.ofSeconds(30);
  private static final long LEAST_FREE_BYTES = 256L * 1024 * 1024;

  private final Home home;
  private final FileChannel channel;
  private final BrokerAddress address;
  private final Object turn = new Object();
  private @Nullable FileLock lock;
  private @Nullable EmbeddedKafka broker;
  private @Nullable Thread heir;
  private boolean closed;

  private HomeBroker(
      Home home,
      FileChannel channel,
      BrokerAddress address,
      @Nullable FileLock lock,
      @Nullable EmbeddedKafka broker) {
    this.home = home;
    this.channel = channel;
    this.address = address;
    this.lock = lock;
    this.broker = broker;
  }

  /**
   * Starts the home's broker or joins it; returns when it takes requests.
   *
   * @throws RapidbyteException where the folder cannot be used, or its owner does not answer
   */
  public static HomeBroker open(Home home) {
    try {
      Files.createDirectories(home.folder());
      FileChannel channel =
          FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return open(home, channel);
    } catch (IOException e) {
      throw unusable(home, e);
    }
  }

  private static HomeBroker open(Home home, FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + OWNER_WAIT.toNanos();
    try {
      while (true) {
        Optional<FileLock> lock = tryLock(channel);
        if (lock.isPresent()) {
          try (PortTurn _ = PortTurn.take()) {
            int port = port(BrokerAddress.read(home.address()));
            return new HomeBroker(
                home, channel, new BrokerAddress(LOOPBACK, port), lock.get(), start(home, port));
          }
        }
        Optional<BrokerAddress> address = BrokerAddress.read(home.address());
        if (address.isPresent() && answers(address.get())) {
          return new HomeBroker(home, channel, address.get(), null, null);
        }
        if (System.nanoTime() > deadline) {
          throw Failure.config(
              "broker-owner",
              "another process holds " + home.folder() + " and its broker does not answer",
              "stop that process (its lock is " + home.lock() + "), or use another --home");
        }
        pause();
      }
    } catch (RuntimeException | IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException _) {
      return Optional.empty();
    }
  }

  private static EmbeddedKafka start(Home home, int port) throws IOException {
    long free = Files.getFileStore(home.folder()).getUsableSpace();
    if (free < LEAST_FREE_BYTES) {
      throw Failure.config(
          "disk-full",
          "the disk of " + home.folder() + " has " + (free >> 20) + " MiB left",
          "free some space, or use another --home");
    }
    EmbeddedKafka broker =
        EmbeddedKafka.start(
            EmbeddedKafka.Options.defaults().in(home.data()).onPort(port).withFsync());
    new BrokerAddress(LOOPBACK, port).write(home.address());
    return broker;
  }

  /** The port that was used before, else the first free one: clients that wait find it again. */
  private static int port(Optional<BrokerAddress> before) {
    return IntStream.concat(
            before.stream().mapToInt(BrokerAddress::port),
            IntStream.range(FIRST_PORT, FIRST_PORT + PORTS))
        .filter(HomeBroker::isFree)
        .findFirst()
        .orElseThrow(
            () ->
                Failure.config(
                    "ports",
                    "no port from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS) + " is free",
                    "stop what listens there, or name a broker of your own in kafka.bootstrap"));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean answers(BrokerAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()), 1_000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** {@code host:port}, the same for as long as the home is used. */
  public String bootstrap() {
    return address.toString();
  }

  /** Whether this process runs the broker. */
  public boolean isOwner() {
    synchronized (turn) {
      return broker != null;
    }
  }

  /** From now on this process takes over where the owner goes away; for processes that stay. */
  public void inherit() {
    synchronized (turn) {
      if (broker == null && heir == null && !closed) {
        Thread thread = Thread.ofPlatform().daemon().name("broker-heir").unstarted(this::waitToOwn);
        heir = thread;
        thread.start();
      }
    }
  }

  private void waitToOwn() {
    try {
      FileLock held = channel.lock();
      synchronized (turn) {
        if (closed) {
          return;
        }
        lock = held;
        LOG.info("the broker's owner is gone: taking over {}", address);
        broker = start(home, address.port());
      }
    } catch (IOException | OverlappingFileLockException e) {
      LOG.debug("does not wait for the broker any longer", e);
    } catch (RuntimeException e) {
      LOG.warn("cannot take the broker over: {}", Failure.of(e).line());
    }
  }

  /** Leaves the broker, or stops it where this process owns it. Idempotent. */
  @Override
  public void close() {
    try {
      synchronized (turn) {
        closed = true;
        if (broker != null) {
          broker.close();
          broker = null;
        }
        if (lock != null) {
          lock.release();
          lock = null;
        }
      }
      channel.close();
    } catch (IOException e) {
      LOG.debug("the lock's file did not close", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.config("interrupted", "stopped while waiting for the broker", "");
    }
  }

  private static RapidbyteException unusable(Home home, IOException cause) {
    return Failure.config(
        "home",
        "the folder " + home.folder() + " cannot be used: " + cause.getMessage(),
        "make it writable, free its disk, or choose another with --home");
  }
}
