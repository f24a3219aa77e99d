package io.rapidbyte.testkit.power;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code FileChannel.force} keep an {@link FsyncJournal}. Its argument is the journal's path.
 */
public final class FsyncAgent {
  private static final String CHANNEL = "sun/nio/ch/FileChannelImpl";
  private static final ClassDesc CHANNEL_IMPL = ClassDesc.ofInternalName(CHANNEL);
  private static final ClassDesc JOURNAL =
      ClassDesc.of("io.rapidbyte.testkit.power", "FsyncJournal");
  private static final MethodTypeDesc FORCING =
      MethodTypeDesc.of(ConstantDescs.CD_void, ClassDesc.of("java.nio.channels", "FileChannel"));
  private static final MethodTypeDesc FORCED =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  private static final List<Class<?>> CLASSES =
      List.of(FsyncAgent.class, Forces.class, Journaled.class, FsyncJournal.class);

  private FsyncAgent() {}

  /** Called by the JVM before its main class. */
  public static void premain(String journal, Instrumentation instrumentation) throws Exception {
    FsyncJournal.open(journal);
    instrumentation.addTransformer(new Forces(), true);
    instrumentation.retransformClasses(Class.forName(CHANNEL.replace('/', '.')));
  }

  /**
   * Writes the agent's jar.
   *
   * @param folder where it goes
   * @return what a JVM is started with, {@code -javaagent:…}
   */
  public static String flag(Path folder, Path journal) {
    Path jar = folder.resolve("fsync-agent.jar");
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Premain-Class", FsyncAgent.class.getName());
    main.putValue("Boot-Class-Path", jar.toAbsolutePath().toString());
    main.putValue("Can-Retransform-Classes", "true");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (Class<?> part : CLASSES) {
        String name = part.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (var in = part.getClassLoader().getResourceAsStream(name)) {
          if (in == null) {
            throw new IllegalStateException(name + " is not on the class path");
          }
          in.transferTo(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the agent's jar was not written", e);
    }
    return "-javaagent:" + jar.toAbsolutePath() + "=" + journal.toAbsolutePath();
  }

  /** Rewrites {@code force}: the length is noted where it begins, the journal where it returns. */
  private static final class Forces implements ClassFileTransformer {
    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        String name,
        @Nullable Class<?> redefined,
        @Nullable ProtectionDomain domain,
        byte[] code) {
      if (!CHANNEL.equals(name)) {
        return null;
      }
      ClassFile files = ClassFile.of();
      return files.transformClass(
          files.parse(code),
          ClassTransform.transformingMethodBodies(
              method -> method.methodName().equalsString("force"), new Journaled()));
    }
  }

  /** The body of {@code force} with a call at either end. */
  private static final class Journaled implements CodeTransform {
    @Override
    public void atStart(CodeBuilder code) {
      code.aload(0).invokestatic(JOURNAL, "forcing", FORCING);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      if (element instanceof ReturnInstruction) {
        code.aload(0)
            .getfield(CHANNEL_IMPL, "path", ConstantDescs.CD_String)
            .invokestatic(JOURNAL, "forced", FORCED);
      }
      code.with(element);
    }
  }
}
