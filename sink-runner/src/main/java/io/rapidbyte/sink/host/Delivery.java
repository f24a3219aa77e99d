package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Applies a group, leaving out what the destination refuses. On the worker's thread.
 *
 * @param policy what a refused row does
 */
record Delivery(LetterDocument letters, OnDataError policy) {
  /**
   * What came of it.
   *
   * @param after what is known behind the group
   */
  record Outcome(Applied applied, GroupPlan.Before after, List<ErrorInfo> refusals, int letters) {}

  /** A group under a claim. */
  record Work(
      PartitionId partition,
      long fence,
      long nextOffset,
      int schemaVersion,
      List<Unit> units,
      GroupPlan.Before before) {
    Group group(GroupPlan plan, Undelivered undelivered) {
      return new Group(partition, fence, nextOffset, schemaVersion, plan.steps(), undelivered);
    }
  }

  /**
   * Applies the work in one transaction.
   *
   * @throws RapidbyteException where it cannot be applied, or a row is refused and the policy is to
   *     fail
   */
  Outcome deliver(StreamWriter writer, Work work) {
    SortedMap<Integer, ErrorInfo> refused = new TreeMap<>();
    while (true) {
      try (GroupPlan plan = GroupPlan.of(work.units(), refused, work.before())) {
        int known = refused.size();
        failByPolicy(work, plan);
        List<DeadLetter> rejected = lettersOf(work, plan);
        Optional<Applied> applied = apply(writer, work, plan, rejected, refused);
        if (applied.isPresent()) {
          return outcome(applied.get(), work, plan, rejected);
        }
        if (refused.size() == known) {
          throw new IllegalStateException("the destination refuses rows that were left out");
        }
      }
    }
  }

  /** What came of an attempt; empty where rows were refused, which are then in {@code refused}. */
  private Optional<Applied> apply(
      StreamWriter writer,
      Work work,
      GroupPlan plan,
      List<DeadLetter> rejected,
      SortedMap<Integer, ErrorInfo> refused) {
    Undelivered undelivered =
        new Undelivered(
            policy == OnDataError.DLQ ? rejected : List.of(),
            plan.marked(),
            plan.unmarked(),
            plan.released(),
            plan.superseded());
    try {
      Applied applied = writer.apply(work.group(plan, undelivered));
      if (!(applied instanceof Applied.Refused(List<RefusedRow> rows))) {
        return Optional.of(applied);
      }
      rows.forEach(row -> refused.put(plan.origin(row.row()), row.error()));
    } catch (RapidbyteException e) {
      if (!isRefusal(e.error())) {
        throw e;
      }
      Bisection bisection =
          new Bisection((from, to, without) -> trial(writer, work, from, to, without));
      SortedMap<Integer, ErrorInfo> found =
          bisection.refused(plan.rowCount(), plan.rejects().keySet());
      if (found.isEmpty()) {
        throw e;
      }
      refused.putAll(found);
    }
    return Optional.empty();
  }

  private static Optional<ErrorInfo> trial(
      StreamWriter writer, Work work, int from, int to, Set<Integer> without) {
    try (StepList steps = GroupPlan.part(work.units(), from, to, without)) {
      Group group =
          new Group(
              work.partition(),
              work.fence(),
              work.nextOffset(),
              work.schemaVersion(),
              steps.steps(),
              Undelivered.NONE);
      // A missing base is told by the whole group; a part of it lacks bases that the rest has.
      writer.rehearse(group);
      return Optional.empty();
    } catch (RapidbyteException e) {
      if (!isRefusal(e.error())) {
        throw e;
      }
      return Optional.of(e.error());
    }
  }

  private static boolean isRefusal(ErrorInfo error) {
    return error.category() == Category.DATA
        && !error.retryable()
        && (error.scope() == Scope.BATCH || error.scope() == Scope.RECORD);
  }

  private void failByPolicy(Work work, GroupPlan plan) {
    if (policy != OnDataError.FAIL) {
      return;
    }
    List<ErrorInfo> refusals = refusals(work, plan);
    if (!refusals.isEmpty()) {
      ErrorInfo first = refusals.getFirst();
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.DATA, Scope.STREAM, first.code(), first.message(), first.fix()));
    }
  }

  private static List<ErrorInfo> refusals(Work work, GroupPlan plan) {
    List<ErrorInfo> errors = new ArrayList<>();
    plan.rejects().values().forEach(reject -> errors.add(reject.error()));
    for (Unit unit : work.units()) {
      if (unit instanceof Unit.Garbage garbage) {
        errors.add(garbage.error());
      }
    }
    return errors;
  }

  private List<DeadLetter> lettersOf(Work work, GroupPlan plan) {
    List<DeadLetter> rejected = new ArrayList<>();
    plan.rejects().values().forEach(reject -> rejected.add(letters.of(reject)));
    for (Unit unit : work.units()) {
      if (unit instanceof Unit.Garbage garbage) {
        rejected.add(letters.of(garbage, work.partition()));
      }
    }
    return rejected;
  }

  private Outcome outcome(Applied applied, Work work, GroupPlan plan, List<DeadLetter> rejected) {
    Map<String, String> held = new HashMap<>();
    int toSend = plan.released().size();
    for (DeadLetter letter : rejected) {
      if (letter.held()) {
        held.put(letter.id(), letter.key());
      } else {
        toSend++;
      }
    }
    return new Outcome(applied, plan.after(held), refusals(work, plan), toSend);
  }
}
