package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.wasm.http.Cidr;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.http.Origin;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Manifest;
import io.rapidbyte.wasm.module.ModuleFaults;
import io.rapidbyte.wasm.module.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A module that a pipeline names, loaded, and held against what the pipeline says of it. Nothing of
 * it has run.
 */
public record PlacedModule(ModuleSpec spec, GuestModule module, Limits limits, Grants grants) {
  /** It stands where modules of another role belong. */
  public static final String WRONG_ROLE = "module/wrong-role";

  /** The pipeline allows it something that cannot be read. */
  public static final String BAD_GRANT = "module/bad-grant";

  private static final int SHORT_DIGEST = 12;

  /**
   * Loads a module and judges its role, what it asks for and its configuration.
   *
   * @throws RapidbyteException of category config, with the mend: a code of {@link ModuleFaults},
   *     {@link #WRONG_ROLE}, {@link #BAD_GRANT}, {@link CallFaults#NOT_ALLOWED} or {@link
   *     CallFaults#BAD_CONFIG}
   */
  public static PlacedModule load(ModuleSpec spec, Role role, Limits limits) {
    GuestModule module = GuestModule.load(spec.path(), limits.moduleBytes());
    try {
      requireRole(module.manifest(), role);
      requireState(module.manifest(), spec);
      PlacedModule placed = new PlacedModule(spec, module, limits, grants(spec));
      placed.requireConfig();
      return placed;
    } catch (RapidbyteException e) {
      throw new RapidbyteException(e.error().with("module", spec.path().toString()), e.getCause());
    }
  }

  private static void requireRole(Manifest manifest, Role role) {
    if (manifest.role() != role) {
      throw refused(
          WRONG_ROLE,
          name(manifest) + " is a " + manifest.role().label() + ", and stands as a " + role.label(),
          role == Role.TRANSFORM
              ? "name it under destinations, or \"role\": \"transform\" in its manifest.json"
              : "name it under transforms, or \"role\": \"destination\" in its manifest.json");
    }
  }

  private static void requireState(Manifest manifest, ModuleSpec spec) {
    if (manifest.permissions().state() && manifest.role() == Role.DESTINATION) {
      throw refused(
          CallFaults.NOT_ALLOWED,
          name(manifest) + " asks for state, and a destination has none",
          "take \"state\" out of permissions in manifest.json; keep it where the data goes");
    }
    if (manifest.permissions().state() && !spec.allow().state()) {
      throw refused(
          CallFaults.NOT_ALLOWED,
          name(manifest) + " asks for state, which the pipeline does not allow it",
          "write `allow: { state: true }` beside `module` in the pipeline");
    }
  }

  private static Grants grants(ModuleSpec spec) {
    List<String> unreadable =
        spec.allow().http().stream().filter(each -> Origin.parse(each).isEmpty()).toList();
    if (!unreadable.isEmpty()) {
      throw refused(
          BAD_GRANT,
          "allow.http names " + String.join(", ", unreadable),
          "write origins: https://api.example.com, with the port where it is not the scheme's own");
    }
    try {
      List<Cidr> networks = spec.allow().networks().stream().map(Cidr::parse).toList();
      return new Grants(spec.allow().state(), spec.allow().http(), networks);
    } catch (IllegalArgumentException e) {
      throw refused(
          BAD_GRANT, "allow.networks: " + e.getMessage(), "write ranges such as 10.0.0.0/8");
    }
  }

  /** A value that a reference resolves to is in no message. */
  private void requireConfig() {
    try {
      setup("", StateStore.NONE, HttpDoor.CLOSED);
    } catch (RapidbyteException e) {
      if (spec.config().shown().equals(spec.config().json().reveal())) {
        throw e;
      }
      throw refused(
          CallFaults.BAD_CONFIG,
          "the configuration of "
              + module.manifest().id()
              + " does not fit what its manifest says; it has values from references, which are"
              + " not shown",
          e.error().fix());
    }
  }

  private static RapidbyteException refused(String code, String message, String fix) {
    return new RapidbyteException(CallFaults.ofSetting(code, message, fix));
  }

  /** Whether it finds again what it keeps. */
  public boolean mayKeepState() {
    return grants.within(module.manifest().permissions()).state();
  }

  /** For a task of a stream. */
  public GuestSetup setup(String stream, StateStore state, HttpDoor http) {
    return new GuestSetup(module, spec.config(), stream, limits, grants, state, http);
  }

  private static String name(Manifest manifest) {
    return manifest.id() + " " + manifest.version();
  }

  /** The first digits of the module's digest. */
  public String shortDigest() {
    return module.digest().substring(0, SHORT_DIGEST);
  }

  /** For people: id, version and the first digits of the digest. */
  public String label() {
    return name(module.manifest()) + " (" + shortDigest() + ")";
  }

  /** Changes with the module's bytes and with its configuration; tells no secret of it. */
  public String fingerprint() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      String all = module.digest() + '\n' + spec.config().shown();
      return HexFormat.of().formatHex(sha.digest(all.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
