package io.rapidbyte.wasm.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.wasm.http.HttpDoor.Refused;
import io.rapidbyte.wasm.module.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A request as a guest wrote it, taken apart; nothing in it reaches the wire unjudged. */
record GuestRequest(String method, URI url, Origin origin, String headers, Body body) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E]{0,8000}");

  /** Headers that say where the message goes and how long it is; those are ours. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Bytes without equality. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Body(byte[] bytes) {}

  static GuestRequest read(byte[] request) throws Refused {
    int lineEnd = 0;
    while (lineEnd < request.length && request[lineEnd] != '\n') {
      lineEnd++;
    }
    JsonNode head = head(Arrays.copyOf(request, lineEnd));
    Body body =
        new Body(
            Arrays.copyOfRange(request, Math.min(lineEnd + 1, request.length), request.length));
    String method = head.path("method").asText("GET").toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw malformed("its method is " + method);
    }
    URI url = url(head.path("url").asText());
    Origin origin =
        Origin.of(url).orElseThrow(() -> malformed("its url is no http or https address"));
    return new GuestRequest(method, url, origin, headers(head.path("headers")), body);
  }

  private static JsonNode head(byte[] line) throws Refused {
    try {
      JsonNode head = JSON.readTree(line);
      if (head != null && head.isObject()) {
        return head;
      }
    } catch (IOException e) {
      throw malformed("its first line is no JSON");
    }
    throw malformed("its first line is no JSON object");
  }

  private static URI url(String text) throws Refused {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw malformed("its url cannot be read");
    }
  }

  private static String headers(JsonNode node) throws Refused {
    StringBuilder out = new StringBuilder();
    for (var header : node.properties()) {
      String name = header.getKey();
      String value = header.getValue().asText();
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
        throw malformed("its header " + Printable.line(name, 50) + " has characters it may not");
      }
      if (OURS.contains(lower) || lower.startsWith("proxy-")) {
        throw malformed("its header " + name + " is the host's to set");
      }
      out.append(name).append(": ").append(value).append("\r\n");
    }
    return out.toString();
  }

  private static Refused malformed(String why) {
    return new Refused(
        "the module's request cannot be sent: " + why, "see http in docs/modules for its form");
  }

  /** As HTTP/1.1 has it; the connection ends with the answer. */
  byte[] wire() {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String start =
        method
            + " "
            + (path + query).replaceAll("[^\\x21-\\x7E]", "")
            + " HTTP/1.1\r\nHost: "
            + origin.authority()
            + "\r\nConnection: close\r\nContent-Length: "
            + body.bytes().length
            + "\r\n"
            + headers
            + "\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream(start.length() + body.bytes().length);
    out.writeBytes(start.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(body.bytes());
    return out.toByteArray();
  }
}
