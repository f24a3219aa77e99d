package io.rapidbyte.wasm.host;

/**
 * A guest that has used up the stack must run out of it in its own code or here, where nothing is
 * half done, and never within the host's: a class whose initialisation is cut short by a stack
 * overflow stays broken for the whole process.
 */
final class StackProbe {
  private static final int DEPTH = 48;

  private StackProbe() {}

  /** Throws {@link StackOverflowError} unless some tens of kilobytes are left. */
  static void require() {
    if (descend(DEPTH, 1, 2, 3, 4, 5, 6, 7) == 0) {
      throw new IllegalStateException("the sum of positive numbers is not 0");
    }
  }

  @SuppressWarnings("TooManyParameters") // the parameters are what takes room
  private static long descend(int n, long a, long b, long c, long d, long e, long f, long g) {
    return n == 0
        ? a + b + c + d + e + f + g
        : descend(n - 1, b + 1, c + 1, d + 1, e + 1, f + 1, g + 1, a + 1) + n;
  }
}
