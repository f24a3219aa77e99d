package io.rapidbyte.testkit.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * With {@code -Doutcomes=FILE}, appends a line for each test that ran: class, method, name, passed
 * or failed, milliseconds, separated by tabs.
 */
public final class Outcomes implements BeforeTestExecutionCallback, TestWatcher {
  private static final String PROPERTY = "outcomes";
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(Outcomes.class);

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    context.getStore(HERE).put("began", System.nanoTime());
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    append(context, "passed");
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    append(context, "failed");
  }

  private static void append(ExtensionContext context, String outcome) {
    Optional<String> file = context.getConfigurationParameter(PROPERTY);
    Long began = context.getStore(HERE).get("began", Long.class);
    if (file.isEmpty() || began == null) {
      return;
    }
    String line =
        String.join(
            "\t",
            context.getRequiredTestClass().getSimpleName(),
            context.getRequiredTestMethod().getName(),
            context.getDisplayName(),
            outcome,
            Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
    try {
      // One write of a short line: those of several processes do not mix.
      Files.writeString(
          Path.of(file.get()),
          line + "\n",
          UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
