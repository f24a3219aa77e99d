package io.rapidbyte.processor.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.builtin.ColumnWork.Maker;
import io.rapidbyte.processor.builtin.ColumnWork.Work;
import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import io.rapidbyte.schemas.spec.TransformSpec.MaskRule;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.schemas.type.CopyBody;
import io.rapidbyte.schemas.type.CopyWriters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Makes values unreadable. NULL stays NULL. */
record Mask(String name, Kind.Mask spec) implements Transform {
  private static final int TOKEN_BYTES = 16;
  private static final byte[] STARS = "***".getBytes(UTF_8);

  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    spec.columns().keySet().forEach(column -> Refusal.index(name, input, column));
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      Field field = input.items().get(i).field();
      Optional<MaskRule> rule = Optional.ofNullable(spec.columns().get(field.getName()));
      works.add(
          rule.isEmpty() ? ColumnWork.copy(Output.copy(field, i)) : work(field, i, rule.get()));
    }
    return new ColumnWork(name, works, allocator);
  }

  private Work work(Field field, int index, MaskRule rule) {
    Field text = Fields.typed(field, Fields.TEXT);
    return switch (rule) {
      case MaskRule.Hash() ->
          ColumnWork.made(
              new Output(text, List.of(index), Relation.ONE_TO_ONE), text(index, Mask::hash));
      case MaskRule.Tokenise() ->
          ColumnWork.made(
              new Output(text, List.of(index), Relation.ONE_TO_ONE), text(index, tokens()));
      case MaskRule.Redact() when isText(field) ->
          ColumnWork.made(
              new Output(field, List.of(index), Relation.COMPUTED), text(index, _ -> STARS));
      case MaskRule.Redact() ->
          ColumnWork.made(
              new Output(field, List.of(index), Relation.COMPUTED), (rows, target) -> row -> {});
      case MaskRule.Partial(int first, int last) -> {
        if (!isText(field)) {
          throw Refusal.of(
              "%s: column %s is no text, of which a part could stay"
                  .formatted(name, field.getName()),
              "use hash, redact or tokenise");
        }
        yield ColumnWork.made(
            new Output(field, List.of(index), Relation.COMPUTED),
            text(index, bytes -> partial(bytes, first, last)));
      }
    };
  }

  private static boolean isText(Field field) {
    return field.getType() instanceof ArrowType.Utf8;
  }

  private static Maker text(int index, Function<Bytes, byte[]> masked) {
    return (rows, target) -> {
      FieldVector source = rows.columns().get(index);
      CopyBody text = CopyWriters.text(source);
      VarCharVector out = (VarCharVector) target;
      Bytes scratch = new Bytes(64);
      return row -> {
        if (!source.isNull(row)) {
          text.append(row, scratch.reset());
          out.setSafe(row, masked.apply(scratch));
        }
      };
    };
  }

  private static byte[] hash(Bytes value) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(value.array(), 0, value.length());
      return HexFormat.of().formatHex(digest.digest()).getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private Function<Bytes, byte[]> tokens() {
    Secret key = spec.key();
    if (key == null) {
      throw Refusal.of(name + " has no key to tokenise by", "set key: \"${env:MASK_KEY}\"");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.reveal().getBytes(UTF_8), "HmacSHA256"));
      return value -> {
        mac.update(value.array(), 0, value.length());
        byte[] code = mac.doFinal();
        return ("tok_" + HexFormat.of().formatHex(code, 0, TOKEN_BYTES)).getBytes(UTF_8);
      };
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  /** Counts characters as people do, not bytes; a value too short for both ends keeps nothing. */
  private static byte[] partial(Bytes value, int first, int last) {
    String text = new String(value.array(), 0, value.length(), UTF_8);
    int length = text.codePointCount(0, text.length());
    boolean tooShort = first + last >= length;
    int head = tooShort ? 0 : text.offsetByCodePoints(0, first);
    int tail = tooShort ? text.length() : text.offsetByCodePoints(text.length(), -last);
    int stars = tooShort ? length : length - first - last;
    return (text.substring(0, head) + "*".repeat(stars) + text.substring(tail)).getBytes(UTF_8);
  }
}
