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
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

  /**
   * A group under a claim.
   *
   * @param hold version and generation as they are behind the group; the rest as before it
   */
  record Work(Ledger.Hold hold, long nextOffset, List<Unit> units) {
    GroupPlan.Before before() {
      return hold.before();
    }

    Group group(List<Step> steps, Undelivered undelivered) {
      return new Group(
          hold.partition(),
          hold.fence(),
          nextOffset,
          hold.schemaVersion(),
          hold.generation(),
          steps,
          undelivered);
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
    Undelivered undelivered = undelivered(plan, rejected);
    try {
      Applied applied = writer.apply(work.group(plan.steps(), undelivered));
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

  /** A letter that waits is kept whatever the policy: it may yet be overtaken. */
  private Undelivered undelivered(GroupPlan plan, List<DeadLetter> rejected) {
    if (policy == OnDataError.DLQ) {
      return new Undelivered(
          rejected, plan.marked(), plan.unmarked(), plan.released(), plan.superseded());
    }
    Set<String> settled = new HashSet<>(plan.superseded());
    settled.addAll(plan.released());
    List<DeadLetter> waiting = rejected.stream().filter(DeadLetter::held).toList();
    return new Undelivered(waiting, plan.marked(), plan.unmarked(), Set.of(), settled);
  }

  private static Optional<ErrorInfo> trial(
      StreamWriter writer, Work work, int from, int to, Set<Integer> without) {
    try (StepList steps = GroupPlan.part(work.units(), from, to, without)) {
      // A missing base is told by the whole group; a part of it lacks bases that the rest has.
      writer.rehearse(work.group(steps.steps(), Undelivered.NONE));
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

  /** Rows that are not delivered for good; those that wait are none yet. */
  private static List<ErrorInfo> refusals(Work work, GroupPlan plan) {
    List<ErrorInfo> errors = new ArrayList<>();
    for (GroupPlan.Reject reject : plan.rejects().values()) {
      if (!reject.held()) {
        errors.add(reject.error());
      }
    }
    plan.released()
        .forEach(_ -> errors.add(RefusedRow.missingBase(0, work.before().stream()).error()));
    for (Unit unit : work.units()) {
      if (unit instanceof Unit.Garbage garbage) {
        errors.add(garbage.error());
      }
    }
    return errors;
  }

  private List<DeadLetter> lettersOf(Work work, GroupPlan plan) {
    List<DeadLetter> rejected = new ArrayList<>();
    PartitionId partition = work.hold().partition();
    plan.rejects().values().forEach(reject -> rejected.add(letters.of(reject, partition)));
    for (Unit unit : work.units()) {
      if (unit instanceof Unit.Garbage garbage) {
        rejected.add(letters.of(garbage, partition));
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
