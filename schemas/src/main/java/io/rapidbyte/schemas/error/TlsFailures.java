package io.rapidbyte.schemas.error;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Tells a certificate that is not what it must be from a connection that broke: waiting mends only
 * the latter, and a connection may well break in the middle of a handshake.
 */
public final class TlsFailures {
  /** pgjdbc tells of a wrong host or a missing file by an exception of its own, of any kind. */
  private static final String DRIVER_TLS = "org.postgresql.ssl.";

  /** Stands in its message in every language. */
  private static final String DRIVER_VERIFIER = "PgjdbcHostnameVerifier";

  private TlsFailures() {}

  /** Whether a certificate, a host's name in it or a file with keys is what failed. */
  public static boolean isAmongCausesOf(Throwable failure) {
    boolean ofDriver = false;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof GeneralSecurityException || t instanceof SSLPeerUnverifiedException) {
        return true;
      }
      if (t instanceof IOException && !isMissingFile(t)) {
        ofDriver = false;
      } else {
        ofDriver |= isDrivers(t);
      }
    }
    return ofDriver;
  }

  private static boolean isMissingFile(Throwable t) {
    return t instanceof FileNotFoundException || t instanceof NoSuchFileException;
  }

  private static boolean isDrivers(Throwable t) {
    if (String.valueOf(t.getMessage()).contains(DRIVER_VERIFIER)) {
      return true; // its stack is that of another thread by then
    }
    for (StackTraceElement frame : t.getStackTrace()) {
      if (frame.getClassName().startsWith(DRIVER_TLS)) {
        return true;
      }
    }
    return false;
  }
}
