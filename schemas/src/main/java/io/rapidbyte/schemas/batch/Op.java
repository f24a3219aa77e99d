package io.rapidbyte.schemas.batch;

/** What happened to a row; stands in {@code _rb_op} as its ASCII letter. */
public enum Op {
  /** A row as a snapshot read it. */
  SNAPSHOT('r'),
  INSERT('c'),
  UPDATE('u'),
  DELETE('d');

  private final byte code;

  Op(char code) {
    this.code = (byte) code;
  }

  /** The letter in {@code _rb_op}. */
  public byte code() {
    return code;
  }

  /** The op of a letter; a data error's reason where there is none such. */
  public static Op of(byte code) {
    return switch (code) {
      case 'r' -> SNAPSHOT;
      case 'c' -> INSERT;
      case 'u' -> UPDATE;
      case 'd' -> DELETE;
      default -> throw new IllegalArgumentException("unknown _rb_op: " + code);
    };
  }
}
