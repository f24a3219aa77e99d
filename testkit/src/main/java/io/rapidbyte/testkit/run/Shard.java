package io.rapidbyte.testkit.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * With {@code -Dshard=k/n}, runs every test whose name falls into part {@code k} of {@code n},
 * parameters counted apart; the parts are disjoint, together all, and the same on every machine.
 */
public final class Shard implements ExecutionCondition {
  private static final String PROPERTY = "shard";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String shard = context.getConfigurationParameter(PROPERTY).orElse("1/1");
    String id = context.getUniqueId();
    boolean many = id.substring(id.lastIndexOf('[')).startsWith("[test-template:");
    if (context.getTestMethod().isEmpty() || many || takes(shard, id)) {
      return ConditionEvaluationResult.enabled("in shard " + shard);
    }
    return ConditionEvaluationResult.disabled("in another shard than " + shard);
  }

  /**
   * Whether part {@code shard} has the test.
   *
   * @throws IllegalArgumentException where it is not k/n with 1 ≤ k ≤ n
   */
  static boolean takes(String shard, String id) {
    String[] parts = shard.split("/", -1);
    int part = parts.length == 2 ? Integer.parseInt(parts[0]) : 0;
    int of = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
    if (part < 1 || part > of) {
      throw new IllegalArgumentException("-Dshard=k/n with 1 <= k <= n, not " + shard);
    }
    CRC32 sum = new CRC32();
    sum.update(id.getBytes(UTF_8));
    return sum.getValue() % of == part - 1;
  }
}
