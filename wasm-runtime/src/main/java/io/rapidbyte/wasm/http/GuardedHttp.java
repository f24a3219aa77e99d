package io.rapidbyte.wasm.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.wasm.module.Printable;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Requests to granted origins, each on a connection of its own. The name is looked up once, its
 * addresses are judged, and the connection goes to an address that passed, not to the name: a name
 * that answers otherwise a moment later gains nothing. TLS verifies the certificate against the
 * name. Redirects are answers, never followed. One request at a time.
 */
public final class GuardedHttp implements HttpDoor {
  private final List<Origin> origins;
  private final List<Cidr> networks;
  private final Resolver resolver;
  private final SSLSocketFactory tls;
  private final int maxAnswerBytes;
  private final AtomicReference<Optional<Socket>> open = new AtomicReference<>(Optional.empty());

  /**
   * A door to some origins.
   *
   * @param networks special ranges that may be connected to
   * @param tls trusts what the deployment trusts
   */
  public GuardedHttp(
      List<String> origins,
      List<Cidr> networks,
      Resolver resolver,
      SSLSocketFactory tls,
      int maxAnswerBytes) {
    this.origins = origins.stream().map(Origin::parse).flatMap(Optional::stream).toList();
    this.networks = List.copyOf(networks);
    this.resolver = resolver;
    this.tls = tls;
    this.maxAnswerBytes = maxAnswerBytes;
  }

  @Override
  public byte[] exchange(byte[] request, Duration time) throws Refused {
    GuestRequest parsed = GuestRequest.read(request);
    Origin origin = parsed.origin();
    if (!origins.contains(origin)) {
      throw new Refused(
          "the module may not send requests to " + Printable.line(origin.toString(), 300),
          "permissions.http in manifest.json and allow.http at the module in the pipeline must both"
              + " name that origin");
    }
    long end = System.nanoTime() + time.toNanos();
    try {
      List<InetAddress> addresses = permitted(origin, end);
      try (Socket socket = connect(addresses, origin, end)) {
        open.set(Optional.of(socket));
        socket.getOutputStream().write(parsed.wire());
        socket.getOutputStream().flush();
        InputStream in = new BufferedInputStream(new TimedInput(socket, end));
        return new AnswerReader(in, maxAnswerBytes).read(parsed.method().equals("HEAD"));
      } finally {
        open.set(Optional.empty());
      }
    } catch (IOException e) {
      return noAnswer(e);
    }
  }

  @Override
  public void abort() {
    open.get()
        .ifPresent(
            socket -> {
              try {
                socket.close();
              } catch (IOException e) {
                // it is closed as far as we are concerned
              }
            });
  }

  private List<InetAddress> permitted(Origin origin, long end) throws IOException, Refused {
    List<InetAddress> permitted = new ArrayList<>();
    String objection = "";
    for (InetAddress address : lookUp(origin.host(), end)) {
      Optional<String> why = AddressRules.objection(address, networks);
      if (why.isEmpty()) {
        // by its bytes: nobody asks for its name again
        permitted.add(InetAddress.getByAddress(origin.host(), address.getAddress()));
      } else {
        objection = address.getHostAddress() + " (" + why.get() + ")";
      }
    }
    if (permitted.isEmpty()) {
      throw new Refused(
          "the module may not connect to "
              + Printable.line(origin.host(), 260)
              + ": its address is "
              + objection,
          "where that is meant, allow.networks at the module in the pipeline names the range, such"
              + " as [\"10.1.2.0/24\"]");
    }
    return permitted;
  }

  /** On a thread of its own, for a look-up cannot be interrupted. */
  private List<InetAddress> lookUp(String host, long end) throws IOException {
    FutureTask<List<InetAddress>> task = new FutureTask<>(() -> resolver.resolve(host));
    Thread.ofVirtual().name("guest-lookup").start(task);
    try {
      List<InetAddress> found = task.get(left(end), TimeUnit.MILLISECONDS);
      if (found.isEmpty()) {
        throw new UnknownHostException(host);
      }
      return found;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException("the look-up failed", e);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("the look-up took too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the call ended", e);
    }
  }

  private Socket connect(List<InetAddress> addresses, Origin origin, long end) throws IOException {
    IOException last = new IOException("no address");
    for (InetAddress address : addresses) {
      Socket socket = new Socket(java.net.Proxy.NO_PROXY);
      open.set(Optional.of(socket));
      try {
        socket.connect(new InetSocketAddress(address, origin.port()), left(end));
        socket.setSoTimeout(left(end));
        return origin.scheme().equals("https") ? secured(socket, origin) : socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  private Socket secured(Socket plain, Origin origin) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.createSocket(plain, origin.host(), origin.port(), true /* close both */);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!origin.isNumeric()) {
      parameters.setServerNames(List.of(new SNIHostName(origin.host())));
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static int left(long end) throws SocketTimeoutException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("the time is over");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private static byte[] noAnswer(IOException e) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", 0);
    json.putObject("error")
        .put(
            "code",
            switch (e) {
              case UnknownHostException _ -> "dns";
              case SocketTimeoutException _ -> "timeout";
              case java.net.ConnectException _ -> "connect";
              case SSLException _ -> "tls";
              default -> "broken";
            })
        .put("message", Printable.line(String.valueOf(e.getMessage()), 300));
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Each read has what is left of the whole. */
  private static final class TimedInput extends FilterInputStream {
    private final Socket socket;
    private final long end;

    TimedInput(Socket socket, long end) throws IOException {
      super(socket.getInputStream());
      this.socket = socket;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      socket.setSoTimeout(left(end));
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      socket.setSoTimeout(left(end));
      return super.read(bytes, offset, length);
    }
  }
}
