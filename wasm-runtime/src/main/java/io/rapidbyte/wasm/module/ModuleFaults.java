package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import org.jspecify.annotations.Nullable;

/** Why a module is not taken. Each names what is wrong and how its author mends it. */
public final class ModuleFaults {
  /** The file is not there or cannot be read. */
  public static final String UNREADABLE = "module/unreadable";

  /** More bytes than {@code limits.module_size}. */
  public static final String TOO_LARGE = "module/too-large";

  /** Not WebAssembly, or damaged. */
  public static final String MALFORMED = "module/malformed";

  /** It imports what the host does not have. */
  public static final String UNKNOWN_IMPORT = "module/unknown-import";

  /** It lacks what the host calls. */
  public static final String MISSING_EXPORT = "module/missing-export";

  /** {@code rb_abi} answers another number than the host speaks. */
  public static final String WRONG_ABI = "module/wrong-abi";

  /** It uses a proposal beyond core wasm32. */
  public static final String UNSUPPORTED_FEATURE = "module/unsupported-feature";

  /** One of its functions is more than a Java method can hold. */
  public static final String FUNCTION_TOO_LARGE = "module/function-too-large";

  /** It carries no section {@code rapidbyte.manifest}. */
  public static final String NO_MANIFEST = "module/no-manifest";

  /** Its manifest says what the host does not understand. */
  public static final String BAD_MANIFEST = "module/bad-manifest";

  private ModuleFaults() {}

  /** A refusal at load. */
  public static RapidbyteException refused(String code, String message, String fix) {
    return refused(code, message, fix, null);
  }

  /** A refusal at load that a library reported. */
  public static RapidbyteException refused(
      String code, String message, String fix, @Nullable Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix), cause);
  }
}
