package io.rapidbyte.wasm.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRulesTest {
  private static byte[] address(String text) {
    return HexFormat.of().parseHex(Cidr.parse(text).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.15.255.255", "2606:4700::1111", "2a00::1"})
  void globalAddressesPass(String text) {
    assertThat(AddressRules.objection(address(text), List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, this network",
    "10.1.2.3, private",
    "100.64.0.1, shared by carriers",
    "127.0.0.1, loopback",
    "127.255.255.254, loopback",
    "169.254.169.254, 'link-local, where clouds keep their metadata'",
    "172.16.0.1, private",
    "172.31.255.255, private",
    "192.168.0.1, private",
    "198.19.0.1, benchmarks",
    "224.0.0.1, multicast",
    "255.255.255.255, reserved",
    "::, no address",
    "::1, loopback",
    "fe80::1, link-local",
    "fd12::1, private",
    "fec0::1, site-local",
    "ff02::1, multicast",
    "2001:db8::1, documentation",
    "2001:0:1:2::3, protocol assignments",
    "4000::1, not global",
    "64:ff9b:1::1, not global",
    "64:ff9b::127.0.0.1, loopback",
    "64:ff9b::a9fe:a9fe, 'link-local, where clouds keep their metadata'",
    "2002:7f00:1::, loopback",
    "2002:a01:203::1, private",
    "::10.0.0.1, private",
    "::ffff:0:192.168.1.1, private",
    "2600::5efe:10.0.0.1, private",
    "2600::200:5efe:127.0.0.1, loopback",
  })
  void specialAddressesDoNotWhateverTheirForm(String text, String why) {
    assertThat(AddressRules.objection(address(text), List.of())).contains(why);
  }

  @Test
  void anAddressMappedIntoIpv6IsJudgedByWhatItMaps() {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
    assertThat(AddressRules.objection(mapped, List.of())).contains("loopback");
    mapped[12] = 8;
    assertThat(AddressRules.objection(mapped, List.of())).isEmpty();
  }

  @Test
  void aGrantedRangePassesAndItsNeighbourDoesNot() {
    List<Cidr> granted = List.of(Cidr.parse("10.1.2.0/23"), Cidr.parse("fd00::/8"));
    assertThat(AddressRules.objection(address("10.1.3.255"), granted)).isEmpty();
    assertThat(AddressRules.objection(address("10.1.4.0"), granted)).contains("private");
    assertThat(AddressRules.objection(address("64:ff9b::10.1.2.1"), granted)).isEmpty();
    assertThat(AddressRules.objection(address("fd00::1"), granted)).isEmpty();
    assertThat(AddressRules.objection(address("fc00::1"), granted)).contains("private");
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "10.0.0.0/33", "10.0.0/8", "1", "::g", "", "fd00::/129"})
  void whatIsNoRangeIsRefusedAndNeverLookedUp(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
