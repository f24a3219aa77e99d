package io.rapidbyte.app.console;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wish to stop, from Ctrl-C or SIGTERM. The process goes on until its command has ended by
 * itself; a second wish ends it at once. (A shutdown hook would run beside those of the embedded
 * servers, which the command still needs to end in order.)
 */
public final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
  private static final int INTERRUPTED = 130;

  private final CountDownLatch wished = new CountDownLatch(1);

  /** Listens from now on. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    for (String name : new String[] {"INT", "TERM"}) {
      try {
        signal.listen(name);
      } catch (ReflectiveOperationException e) {
        LOG.debug("this JVM has no signals", e);
      }
    }
    return signal;
  }

  /** One that only {@link #wish} sets off. */
  public static StopSignal silent() {
    return new StopSignal();
  }

  private StopSignal() {}

  /** By reflection: javac warns of the class's every use, and there is no other door to signals. */
  private void listen(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object ear =
        Proxy.newProxyInstance(
            StopSignal.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, args) -> answer(proxy, method, args));
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), ear);
  }

  private Object answer(Object proxy, Method method, Object[] args) {
    return switch (method.getName()) {
      case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(args[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "StopSignal";
      default -> {
        if (isWished()) {
          Runtime.getRuntime().halt(INTERRUPTED);
        }
        wish();
        yield true;
      }
    };
  }

  /** Asks to stop. */
  public void wish() {
    wished.countDown();
  }

  /** Whether to stop. */
  public boolean isWished() {
    return wished.getCount() == 0;
  }

  /** Waits for the wish, at most so long; whether it came. */
  public boolean await(Duration atMost) {
    try {
      return wished.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
