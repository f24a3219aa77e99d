package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.SinkObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a sink told. */
final class Watcher implements SinkObserver {
  final List<SinkObserver.Group> groups = new CopyOnWriteArrayList<>();
  final ConcurrentMap<String, ErrorInfo> stopped = new ConcurrentHashMap<>();
  final List<ErrorInfo> retries = new CopyOnWriteArrayList<>();
  final List<String> claims = new CopyOnWriteArrayList<>();
  final List<String> reseats = new CopyOnWriteArrayList<>();
  final AtomicInteger fenced = new AtomicInteger();
  final AtomicInteger resumed = new AtomicInteger();
  final AtomicInteger undelivered = new AtomicInteger();
  final ConcurrentMap<String, Long> behind = new ConcurrentHashMap<>();

  @Override
  public void claimed(String stream, int partition, long nextOffset) {
    claims.add(stream + "-" + partition + "@" + nextOffset);
  }

  @Override
  public void reseated(String stream, int partition, int generation) {
    reseats.add(stream + "-" + partition + ":" + generation);
  }

  @Override
  public void applied(SinkObserver.Group group) {
    groups.add(group);
  }

  @Override
  public void behind(String stream, int partition, long records) {
    behind.put(stream, records);
  }

  @Override
  public void retrying(String stream, ErrorInfo error, int attempt, Duration delay) {
    retries.add(error);
  }

  @Override
  public void stopped(String stream, ErrorInfo error) {
    stopped.put(stream, error);
  }

  @Override
  public void resumed(String stream) {
    stopped.remove(stream);
    resumed.incrementAndGet();
  }

  @Override
  public void fenced(String stream, int partition) {
    fenced.incrementAndGet();
  }

  @Override
  public void undelivered(String stream, int rows, ErrorInfo reason) {
    undelivered.addAndGet(rows);
  }

  ErrorInfo stop(String stream) {
    return java.util.Objects.requireNonNull(stopped.get(stream), stream);
  }

  int rows() {
    return groups.stream().mapToInt(SinkObserver.Group::rows).sum();
  }
}
