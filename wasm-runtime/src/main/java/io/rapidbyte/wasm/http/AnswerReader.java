package io.rapidbyte.wasm.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an HTTP/1.1 answer, of bounded size. Source: RFC 9112. */
final class AnswerReader {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9]\\d\\d)(?: .*)?");
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 200;
  private static final int CONTINUE = 100;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InputStream in;
  private final int maxBytes;

  AnswerReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The answer in the guest's form: a line of JSON, then the body. */
  byte[] read(boolean head) throws IOException {
    int status = status();
    ObjectNode headers = headers();
    while (status >= CONTINUE && status < OK) {
      status = status();
      headers = headers();
    }
    boolean bodiless = head || status == NO_CONTENT || status == NOT_MODIFIED;
    byte[] body = bodiless ? new byte[0] : body(headers);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", status);
    json.set("headers", headers);
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 512);
    out.writeBytes(json.toString().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
    out.writeBytes(body);
    return out.toByteArray();
  }

  private int status() throws IOException {
    Matcher matcher = STATUS.matcher(line());
    if (!matcher.matches()) {
      throw new IOException("the answer is no HTTP/1.1");
    }
    return Integer.parseInt(matcher.group(1));
  }

  private ObjectNode headers() throws IOException {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = line();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("a header of the answer has no name");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      headers.put(name, headers.has(name) ? headers.get(name).asText() + ", " + value : value);
    }
    throw new IOException("the answer has more than " + MAX_HEADERS + " headers");
  }

  private byte[] body(ObjectNode headers) throws IOException {
    if (headers.path("transfer-encoding").asText("").toLowerCase(Locale.ROOT).contains("chunked")) {
      return chunks();
    }
    if (headers.has("content-length")) {
      return exactly(number(headers.get("content-length").asText(), 10));
    }
    byte[] all = in.readNBytes(maxBytes + 1);
    if (all.length > maxBytes) {
      throw tooLarge();
    }
    return all;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      String line = line();
      int semicolon = line.indexOf(';');
      int size = number(semicolon < 0 ? line : line.substring(0, semicolon), 16);
      if (size == 0) {
        return out.toByteArray();
      }
      if (size > maxBytes - out.size()) {
        throw tooLarge();
      }
      out.writeBytes(exactly(size));
      line();
    }
  }

  private int number(String text, int radix) throws IOException {
    try {
      int value = Integer.parseUnsignedInt(text.strip(), radix);
      if (value < 0 || value > maxBytes) {
        throw tooLarge();
      }
      return value;
    } catch (NumberFormatException e) {
      throw new IOException("the answer's length is no number", e);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the answer ended early");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the answer ended early");
      }
      if (out.size() >= MAX_LINE) {
        throw new IOException("a line of the answer is too long");
      }
      out.write(next);
    }
    String line = out.toString(StandardCharsets.ISO_8859_1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private IOException tooLarge() {
    return new IOException("the answer has more than " + maxBytes + " bytes");
  }
}
