package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.sink.books.ClaimedBook;
import io.rapidbyte.sink.books.Page;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.wasm.module.DeliveryGuarantee;
import java.util.List;

/**
 * One claimed partition: its books, and a module that delivers it.
 *
 * <p>Deliveries come before the books: after a crash in between they come again, under the same
 * keys. Where the module itself knows how far it is, letters and marks come before the deliveries:
 * what it has does not come again, and what it refused must not be forgotten.
 */
final class PartitionWork implements AutoCloseable {
  private final ClaimedBook book;
  private final Session session;
  private final Deliverer deliverer;
  private final boolean exact;

  PartitionWork(
      ClaimedBook book, Session session, Deliverer deliverer, DeliveryGuarantee guarantee) {
    this.book = book;
    this.session = session;
    this.deliverer = deliverer;
    this.exact = guarantee == DeliveryGuarantee.EXACTLY_ONCE;
  }

  ClaimedBook book() {
    return book;
  }

  /** The claim, with the module's own offset where it knows one. */
  Claim begin() {
    Claim claim = book.claim();
    Page page = book.page();
    if (claim.nextOffset() < 0) {
      return claim;
    }
    var answer = session.resume(page);
    if (!exact) {
      return claim;
    }
    deliverer.delivered().clear();
    String text = answer.orElseThrow(() -> new RapidbyteException(ModuleErrors.badAnswer()));
    return new Claim(
        claim.holder(),
        claim.fence(),
        next(page, text),
        claim.schemaVersion(),
        claim.generations(),
        claim.dead(),
        claim.held());
  }

  /**
   * Where the module goes on. What has no rows moves the books alone, so they may be ahead of it;
   * where it lacks what was delivered to it, it was put back, and that comes again.
   */
  static long next(Page page, String text) {
    if (text.isEmpty()) {
      return page.delivered() > 0 ? 0 : page.nextOffset();
    }
    Token token =
        Token.parse(text).orElseThrow(() -> new RapidbyteException(ModuleErrors.badAnswer()));
    if (!token.isOf(page.holder())) {
      return page.delivered() > 0 ? 0 : page.nextOffset();
    }
    return token.next() < page.delivered()
        ? token.next()
        : Math.max(token.next(), page.nextOffset());
  }

  Applied apply(Group group) {
    if (!book.holds(group.partition(), group.fence())) {
      return new Applied.Fenced();
    }
    if (exact && !book.settle(group.undelivered())) {
      return new Applied.Fenced();
    }
    try {
      List<RefusedRow> refused = deliverer.deliver(Item.of(group.steps(), group.generation()));
      if (!refused.isEmpty()) {
        return new Applied.Refused(refused);
      }
    } catch (RapidbyteException e) {
      if (e.error().code().equals(ModuleErrors.FENCED)) {
        return new Applied.Fenced();
      }
      throw e;
    }
    Failpoint.hit("sink.apply");
    if (!book.advance(group)) {
      return new Applied.Fenced();
    }
    deliverer.delivered().clear();
    return new Applied.Committed();
  }

  Applied rehearse(Group group) {
    List<RefusedRow> refused = deliverer.rehearse(Item.of(group.steps(), group.generation()));
    return refused.isEmpty() ? new Applied.Committed() : new Applied.Refused(refused);
  }

  @Override
  public void close() {
    session.close();
    book.close();
  }
}
