package io.rapidbyte.schemas.batch;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A batch as bytes: one Arrow IPC stream of a schema, one record batch and the end mark, buffers
 * uncompressed. Thread-safe, without state.
 */
public final class ArrowIpc {
  /** Bytes that are not a batch of ours, or more than the reader takes. */
  public static final String UNDECODABLE = "data/undecodable-batch";

  private static final int PREFIX_BYTES = 8;
  private static final int CONTINUATION = -1;

  private ArrowIpc() {}

  /**
   * The batch's bytes, copied once. The root stays the caller's and is not changed.
   *
   * @throws RapidbyteException {@code data/batch-too-large} above 2 GiB
   */
  public static byte[] write(VectorSchemaRoot root) {
    ByteBuffer schema = MessageSerializer.serializeMetadata(root.getSchema(), IpcOption.DEFAULT);
    try (ArrowRecordBatch batch = unload(root)) {
      long body = batch.computeBodyLength();
      ByteBuffer header = MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT);
      long total = framed(schema) + framed(header) + body + PREFIX_BYTES;
      if (total > Integer.MAX_VALUE - 16) {
        throw new RapidbyteException(
            ErrorInfo.permanent(
                Category.DATA,
                Scope.BATCH,
                "data/batch-too-large",
                "a batch takes " + total + " bytes",
                "lower limits.max_row"));
      }
      byte[] bytes = new byte[(int) total];
      ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      frame(out, schema);
      frame(out, header);
      MessageSerializer.writeBatchBuffers(new WriteChannel(new ArrayChannel(out)), batch);
      out.putInt(CONTINUATION).putInt(0);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException("an array refused a write", e);
    }
  }

  /**
   * The vectors' buffers, as {@code VectorUnloader} gives them but for empty ones: those are one
   * object for the whole process, in which each vector notes its length when it is asked for its
   * buffers. What another thread's vector notes meanwhile would stand in this batch.
   */
  private static ArrowRecordBatch unload(VectorSchemaRoot root) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    root.getFieldVectors().forEach(vector -> unload(vector, nodes, buffers));
    return new ArrowRecordBatch(root.getRowCount(), nodes, buffers);
  }

  private static void unload(
      FieldVector vector, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    nodes.add(new ArrowFieldNode(vector.getValueCount(), vector.getNullCount()));
    for (ArrowBuf buffer : vector.getFieldBuffers()) {
      buffers.add(
          buffer.capacity() == 0 ? new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0) : buffer);
    }
    vector.getChildrenFromFields().forEach(child -> unload(child, nodes, buffers));
  }

  private static int framed(ByteBuffer message) {
    return PREFIX_BYTES + (message.remaining() + 7 & ~7);
  }

  private static void frame(ByteBuffer out, ByteBuffer message) {
    int end = out.position() + framed(message);
    out.putInt(CONTINUATION).putInt(framed(message) - PREFIX_BYTES).put(message.duplicate());
    out.position(end);
  }

  /**
   * Reads a batch. Bytes may come from anywhere: every length in them is checked against what is
   * there before memory is taken or a vector made, and the vectors' offsets against their data.
   *
   * @param maxBytes the most that {@code value} may have
   * @return the batch in the allocator's memory; the caller closes it
   * @throws RapidbyteException {@link #UNDECODABLE}; nothing stays allocated. Also {@code
   *     memory/exhausted}, retryable, where the allocator's limit is reached
   */
  public static VectorSchemaRoot read(byte[] value, BufferAllocator allocator, long maxBytes) {
    if (value.length > maxBytes) {
      throw undecodable("it has " + value.length + " bytes, more than " + maxBytes);
    }
    try {
      IpcMessages messages = new IpcMessages(value);
      BatchCheck.check(messages);
      return load(messages, allocator);
    } catch (RapidbyteException e) {
      throw e;
    } catch (OutOfMemoryException e) {
      throw new RapidbyteException(
          ErrorInfo.passing(
              Category.TRANSIENT,
              Scope.BATCH,
              "memory/exhausted",
              "no memory for a batch of " + value.length + " bytes",
              io.rapidbyte.schemas.error.Backoff.NORMAL),
          e);
    } catch (RuntimeException | StackOverflowError e) {
      throw undecodable("it is not an Arrow stream", e);
    }
  }

  /**
   * Reads the schema with which a stream begins, and nothing behind it. Bytes may come from
   * anywhere.
   *
   * @param maxBytes the most that {@code value} may have
   * @throws RapidbyteException {@link #UNDECODABLE}, also for a type that no batch of ours has
   */
  public static Schema schema(byte[] value, long maxBytes) {
    if (value.length > maxBytes) {
      throw undecodable("it has " + value.length + " bytes, more than " + maxBytes);
    }
    try {
      Schema schema = IpcMessages.schema(value);
      schema.getFields().forEach(BatchCheck::requireSupported);
      return schema;
    } catch (RapidbyteException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw undecodable("it is not an Arrow stream", e);
    }
  }

  private static VectorSchemaRoot load(IpcMessages messages, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(messages.schema(), allocator);
    try (ArrowBuf body = allocator.buffer(messages.bodyLength())) {
      body.setBytes(0, messages.value(), messages.bodyOffset(), messages.bodyLength());
      try (ArrowRecordBatch batch = recordBatch(messages.batch(), body)) {
        new VectorLoader(root).load(batch);
      }
      return root;
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    }
  }

  private static ArrowRecordBatch recordBatch(RecordBatch header, ArrowBuf body) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    for (int i = 0; i < header.nodesLength(); i++) {
      FieldNode node = header.nodes(i);
      nodes.add(new ArrowFieldNode(node.length(), node.nullCount()));
    }
    List<ArrowBuf> buffers = new ArrayList<>();
    for (int i = 0; i < header.buffersLength(); i++) {
      Buffer buffer = header.buffers(i);
      buffers.add(body.slice(buffer.offset(), buffer.length()));
    }
    return new ArrowRecordBatch((int) header.length(), nodes, buffers);
  }

  static RapidbyteException undecodable(String why) {
    return undecodable(why, null);
  }

  static RapidbyteException undecodable(String why, @Nullable Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.BATCH,
            UNDECODABLE,
            "a batch cannot be read: " + why,
            "check what else writes to the topic"),
        cause);
  }

  /** Writes into an array that was sized before. */
  private record ArrayChannel(ByteBuffer out) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer src) {
      int count = src.remaining();
      out.put(src);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
