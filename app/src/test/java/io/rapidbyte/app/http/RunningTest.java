package io.rapidbyte.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.supervise.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunningTest {
  @TempDir Path folder;

  @Test
  void eachProcessIsFoundUntilItEnds() throws Exception {
    Home home = new Home(folder);
    assertThat(Running.all(home, "shop")).isEmpty();
    HttpServer one = answering();
    HttpServer two = answering();
    try (AutoCloseable _ = Running.announce(home, "shop", url(one), Set.of(Role.SINK));
        AutoCloseable _ = Running.announce(home, "shop", url(two), Set.of(Role.INGEST))) {
      List<Running> all = Running.all(home, "shop");
      assertThat(all).hasSize(2);
      assertThat(all).filteredOn(each -> each.has(Role.SINK)).hasSize(1);
      two.stop(0);
      assertThat(Running.all(home, "shop")).hasSize(1);
    } finally {
      one.stop(0);
    }
    assertThat(Running.all(home, "shop")).isEmpty();
    try (var left = Files.list(home.running("shop"))) {
      assertThat(left).isEmpty();
    }
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static HttpServer answering() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }
}
