package io.rapidbyte.testkit.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that an application may do to tables of its own, in blocks that keep their order;
 * blocks of different operations are written interleaved.
 */
public final class Operation {
  /** The table that changes of logical messages are said to be of. */
  public static final String MESSAGES = "(message)";

  private final String name;
  private final List<String> tables;
  private final List<String> setup = new ArrayList<>();
  private final List<List<Line>> blocks = new ArrayList<>();
  private int since;

  /** A statement, and the session that runs it. */
  public record Line(int session, String sql) {}

  private Operation(String name, List<String> tables) {
    this.name = name;
    this.tables = tables;
  }

  /** An operation that does nothing yet. */
  public static Operation named(String name, String... tables) {
    return new Operation(name, List.of(tables));
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** The tables that it writes. */
  public List<String> tables() {
    return tables;
  }

  /** Statements that come before anybody reads. */
  public List<String> setup() {
    return setup;
  }

  /** What is written, in order. */
  public List<List<Line>> blocks() {
    return blocks;
  }

  /** The first major version of Postgres that can do it. */
  public int since() {
    return since;
  }

  /** Only from a major version of Postgres on. */
  public Operation since(int major) {
    since = major;
    return this;
  }

  /** What is there before anybody reads. */
  public Operation setup(String... statements) {
    setup.addAll(List.of(statements));
    return this;
  }

  /** Statements, each committed. */
  public Operation run(String... statements) {
    for (String statement : statements) {
      blocks.add(List.of(new Line(0, statement)));
    }
    return this;
  }

  /** Statements of one transaction. */
  public Operation transaction(String... statements) {
    return transaction(List.of(statements));
  }

  /** Statements of one transaction. */
  public Operation transaction(List<String> statements) {
    List<Line> block = new ArrayList<>();
    block.add(new Line(0, "BEGIN"));
    statements.forEach(statement -> block.add(new Line(0, statement)));
    block.add(new Line(0, "COMMIT"));
    blocks.add(block);
    return this;
  }

  /** Statements just as they are, begin and end of transactions among them. */
  public Operation block(Line... lines) {
    blocks.add(List.of(lines));
    return this;
  }

  /** A line of the first session. */
  public static Line first(String sql) {
    return new Line(0, sql);
  }

  /** A line of the second session. */
  public static Line second(String sql) {
    return new Line(1, sql);
  }
}
