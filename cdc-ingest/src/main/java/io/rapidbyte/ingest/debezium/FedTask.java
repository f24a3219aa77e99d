package io.rapidbyte.ingest.debezium;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.MessageDecoder;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputMessageDecoder;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import io.debezium.pipeline.ErrorHandler;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * The task of Debezium's connector with our replication stream in the place of its own, and without
 * a memory: it begins wherever the stream begins.
 */
final class FedTask extends PostgresConnectorTask {
  private final FedStream.Feed feed;

  FedTask(FedStream.Feed feed) {
    this.feed = feed;
    initialize(new NoOffsets());
  }

  /** What its own thread failed by, if it did. */
  Optional<Throwable> failure() {
    return getErrorHandler().map(ErrorHandler::getProducerThrowable);
  }

  /** Whether it has started. */
  boolean isRunning() {
    return coordinator != null;
  }

  @Override
  protected ReplicationConnection buildReplicationConnection(
      PostgresConnection metadata, PostgresSchema schema, PostgresConnectorConfig config) {
    MessageDecoder decoder =
        new PgOutputMessageDecoder(new MessageDecoderContext(config, schema), metadata);
    return new FedConnection(feed, decoder, metadata.getTypeRegistry());
  }

  /** Hands out the stream; slot, publication and connection are not Debezium's. */
  private static final class FedConnection implements ReplicationConnection {
    private final FedStream.Feed feed;
    private final MessageDecoder decoder;
    private final TypeRegistry types;

    FedConnection(FedStream.Feed feed, MessageDecoder decoder, TypeRegistry types) {
      this.feed = feed;
      this.decoder = decoder;
      this.types = types;
    }

    @Override
    public ReplicationStream startStreaming(WalPositionLocator ignored) {
      return new FedStream(feed, decoder, types);
    }

    @Override
    public ReplicationStream startStreaming(Lsn offset, WalPositionLocator ignored) {
      return startStreaming(ignored);
    }

    @Override
    public Optional<SlotCreationResult> createReplicationSlot() {
      throw new IllegalStateException("the slot is not there, and not Debezium's to create");
    }

    @Override
    public void initConnection() {}

    @Override
    public boolean isConnected() {
      return !feed.handOver().isClosed();
    }

    @Override
    public void reconnect() {
      throw new IllegalStateException("a session reads once");
    }

    @Override
    public void close() {}
  }

  private static final class NoOffsets implements SourceTaskContext, OffsetStorageReader {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return this;
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException("there is no Connect here");
    }

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return Map.of();
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      return new HashMap<>();
    }
  }
}
