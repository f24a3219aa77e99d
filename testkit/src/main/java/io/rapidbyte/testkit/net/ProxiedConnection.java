package io.rapidbyte.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One client's connection. Each direction has a reader and a writer with a bounded queue between
 * them, so that latency delays bytes without lowering the rate.
 */
final class ProxiedConnection {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int QUEUED_CHUNKS = 64;

  private final Socket client;
  private final Socket server;
  private final Weather weather;
  private final Consumer<ProxiedConnection> onEnd;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicInteger directionsEnded = new AtomicInteger();
  private volatile boolean serverLost;

  ProxiedConnection(
      Socket client, Socket server, Weather weather, Consumer<ProxiedConnection> onEnd) {
    this.client = client;
    this.server = server;
    this.weather = weather;
    this.onEnd = onEnd;
  }

  /** Bytes, and when they may arrive; an empty chunk is the end. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once and never compared.
  private record Chunk(byte[] bytes, long dueNanos) {}

  void start() {
    run(client, server, FaultProxy.Direction.TO_SERVER);
    run(server, client, FaultProxy.Direction.TO_CLIENT);
  }

  private void run(Socket from, Socket to, FaultProxy.Direction direction) {
    BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(QUEUED_CHUNKS);
    String name = "fault-proxy-" + direction;
    start(name + "-write", () -> write(queue, to, direction));
    start(name + "-read", () -> read(from, queue));
  }

  private void start(String name, Runnable task) {
    Thread thread = Thread.ofVirtual().name(name).unstarted(task);
    threads.add(thread);
    thread.start();
  }

  private void read(Socket from, BlockingQueue<Chunk> queue) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        queue.put(chunk(Arrays.copyOf(buffer, count)));
      }
      queue.put(chunk(new byte[0]));
    } catch (IOException gone) {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Chunk chunk(byte[] bytes) {
    return new Chunk(bytes, System.nanoTime() + weather.delay().toNanos());
  }

  private void write(BlockingQueue<Chunk> queue, Socket to, FaultProxy.Direction direction) {
    try {
      OutputStream out = to.getOutputStream();
      while (true) {
        Chunk chunk = queue.take();
        long wait = chunk.dueNanos() - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        weather.awaitOpen(direction);
        if (serverLost) {
          continue;
        }
        if (chunk.bytes().length == 0) {
          to.shutdownOutput();
          if (directionsEnded.incrementAndGet() == 2) {
            reset();
          }
          return;
        }
        out.write(chunk.bytes());
      }
    } catch (IOException gone) {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    if (!serverLost) {
      reset();
    }
  }

  void loseServer() {
    serverLost = true;
    resetQuietly(server);
  }

  void reset() {
    resetQuietly(client);
    resetQuietly(server);
    threads.forEach(Thread::interrupt);
    onEnd.accept(this);
  }

  static void resetQuietly(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      return;
    }
  }
}
