package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Reads what {@code COPY … TO STDOUT (FORMAT binary)} sends: a header, rows, a trailer (Postgres
 * manual, COPY, "Binary Format"). Bytes come in pieces that may end anywhere; a row that lies in
 * one piece is not copied. One reader serves one COPY on one thread.
 *
 * <p>The reader is itself the {@link Tuple} that it hands out, valid until the consumer returns.
 */
final class CopyReader implements Tuple {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };
  private static final int HEADER = SIGNATURE.length + 8;
  private static final int INCOMPLETE = -1;

  private final byte[] kinds;
  private final int[] offsets;
  private final int[] lengths;
  private byte[] bytes = new byte[0];
  private byte[] carry = new byte[8192];
  private int carried;
  private boolean headerRead;
  private boolean ended;
  private long rows;
  private int rowBytes;

  /**
   * @param text for each column of the COPY, whether its value is a type's text form (the column is
   *     cast to text)
   */
  CopyReader(boolean[] text) {
    kinds = new byte[text.length];
    for (int i = 0; i < text.length; i++) {
      kinds[i] = text[i] ? TEXT : BINARY;
    }
    offsets = new int[text.length];
    lengths = new int[text.length];
  }

  /**
   * Takes the next piece and hands every row that it completes to {@code sink}.
   *
   * @throws RapidbyteException where the bytes are not such a COPY, or rows have another width
   */
  void feed(byte[] piece, Consumer<? super Tuple> sink) {
    if (carried == 0) {
      int used = read(piece, 0, piece.length, sink);
      keep(piece, used, piece.length);
      return;
    }
    append(piece);
    int end = carried;
    int used = read(carry, 0, end, sink);
    System.arraycopy(carry, used, carry, 0, end - used);
    carried = end - used;
  }

  /** Rows handed out so far. */
  long rows() {
    return rows;
  }

  /** Bytes that the row at hand takes on the wire. */
  int rowBytes() {
    return rowBytes;
  }

  /**
   * To be called when the COPY is over.
   *
   * @throws RapidbyteException where the trailer has not come: rows are missing
   */
  void finish() {
    if (!ended || carried != 0) {
      throw broken("ended after " + rows + " rows without its trailer");
    }
  }

  private int read(byte[] in, int from, int end, Consumer<? super Tuple> sink) {
    int at = headerRead ? from : header(in, from, end);
    if (at == INCOMPLETE) {
      return from;
    }
    bytes = in;
    while (!ended) {
      int next = row(in, at, end);
      if (next == INCOMPLETE) {
        return at;
      }
      rowBytes = next - at;
      at = next;
      if (!ended) {
        rows++;
        sink.accept(this);
      }
    }
    if (at != end) {
      throw broken("has " + (end - at) + " bytes behind its trailer");
    }
    return at;
  }

  private int header(byte[] in, int from, int end) {
    if (end - from < HEADER) {
      return INCOMPLETE;
    }
    if (!Arrays.equals(in, from, from + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw broken("begins without its signature");
    }
    int extension = int32(in, from + SIGNATURE.length + 4);
    if (extension < 0) {
      throw broken("has a header extension of " + extension + " bytes");
    }
    if (end - from - HEADER < extension) {
      return INCOMPLETE;
    }
    headerRead = true;
    return from + HEADER + extension;
  }

  /** Finds the columns of the row at {@code at}; the place behind it, or INCOMPLETE. */
  private int row(byte[] in, int at, int end) {
    if (end - at < 2) {
      return INCOMPLETE;
    }
    int fields = (short) (((in[at] & 0xFF) << 8) | (in[at + 1] & 0xFF));
    int place = at + 2;
    if (fields == -1) {
      ended = true;
      return place;
    }
    if (fields != kinds.length) {
      throw broken("has a row of " + fields + " columns instead of " + kinds.length);
    }
    for (int i = 0; i < fields; i++) {
      if (end - place < 4) {
        return INCOMPLETE;
      }
      int length = int32(in, place);
      place += 4;
      offsets[i] = place;
      lengths[i] = length;
      if (length > 0) {
        if (end - place < length) {
          return INCOMPLETE;
        }
        place += length;
      } else if (length < -1) {
        throw broken("has a value of " + length + " bytes");
      }
    }
    return place;
  }

  private void keep(byte[] from, int begin, int end) {
    carried = end - begin;
    room(carried);
    System.arraycopy(from, begin, carry, 0, carried);
  }

  private void append(byte[] piece) {
    room(carried + piece.length);
    System.arraycopy(piece, 0, carry, carried, piece.length);
    carried += piece.length;
  }

  private void room(int size) {
    if (size > carry.length) {
      carry = Arrays.copyOf(carry, Math.max(size, carry.length * 2));
    }
  }

  private static int int32(byte[] in, int at) {
    return ((in[at] & 0xFF) << 24)
        | ((in[at + 1] & 0xFF) << 16)
        | ((in[at + 2] & 0xFF) << 8)
        | (in[at + 3] & 0xFF);
  }

  private static RapidbyteException broken(String what) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.INTERNAL,
            Scope.STREAM,
            "source/copy-format",
            "the COPY of a table " + what,
            "report this with the version of Postgres"));
  }

  @Override
  public int columns() {
    return kinds.length;
  }

  @Override
  public byte kind(int column) {
    return lengths[column] < 0 ? NULL : kinds[column];
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int offset(int column) {
    return offsets[column];
  }

  @Override
  public int length(int column) {
    return Math.max(lengths[column], 0);
  }
}
