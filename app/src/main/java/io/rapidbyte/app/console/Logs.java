package io.rapidbyte.app.console;

/**
 * Sets up logs, before the first logger is made. Warnings go to the error stream, and what modules
 * say.
 */
public final class Logs {
  /** How a log line looks. */
  public enum Format {
    TEXT,
    JSON
  }

  private Logs() {}

  /**
   * Chooses the process's logs.
   *
   * @param verbose ours at DEBUG, Kafka's and other libraries' at INFO
   */
  public static void configure(Format format, boolean verbose) {
    System.setProperty(
        "log4j2.configurationFile",
        format == Format.JSON ? "classpath:rapidbyte-log-json.xml" : "classpath:rapidbyte-log.xml");
    System.setProperty("rapidbyte.log.own", verbose ? "debug" : "warn");
    System.setProperty("rapidbyte.log.modules", verbose ? "debug" : "info");
    System.setProperty("rapidbyte.log.others", verbose ? "info" : "warn");
    System.setProperty("rapidbyte.log.network", verbose ? "info" : "error");
    System.setProperty("log4j2.disableJmx", "true");
  }
}
