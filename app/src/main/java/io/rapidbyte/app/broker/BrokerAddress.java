package io.rapidbyte.app.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Where the home's broker listens, as its owner wrote it down: {@code 127.0.0.1:9092}. */
record BrokerAddress(String host, int port) {

  /** What is written down; also of an owner that is gone. Empty where nothing readable is. */
  static Optional<BrokerAddress> read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, UTF_8);
      String address = lines.isEmpty() ? "" : lines.getFirst();
      int colon = address.lastIndexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new BrokerAddress(
                  address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** Replaces the file in one step, so that nobody reads half of it. */
  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, this + "\n" + ProcessHandle.current().pid() + "\n", UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
