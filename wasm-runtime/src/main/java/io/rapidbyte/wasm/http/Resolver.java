package io.rapidbyte.wasm.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Names to addresses. */
@FunctionalInterface
public interface Resolver {
  /** As the system does. */
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /** The addresses of a host, by name or as written in numbers. May wait long. */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
