package io.rapidbyte.schemas.batch;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/** Parts of batches, sharing their buffers; closed together. */
public final class Slices implements AutoCloseable {
  private final List<VectorSchemaRoot> owned = new ArrayList<>();

  /** Rows {@code from} to before {@code to}; the root itself where that is all of it. */
  public VectorSchemaRoot of(VectorSchemaRoot root, int from, int to) {
    if (from == 0 && to == root.getRowCount()) {
      return root;
    }
    List<FieldVector> vectors = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      TransferPair pair = vector.getTransferPair(vector.getField(), vector.getAllocator());
      pair.splitAndTransfer(from, to - from);
      vectors.add((FieldVector) pair.getTo());
    }
    VectorSchemaRoot slice = new VectorSchemaRoot(root.getSchema(), vectors, to - from);
    owned.add(slice);
    return slice;
  }

  @Override
  public void close() {
    owned.forEach(VectorSchemaRoot::close);
    owned.clear();
  }
}
