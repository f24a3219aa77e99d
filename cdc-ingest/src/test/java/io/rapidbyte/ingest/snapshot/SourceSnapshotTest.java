package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceSnapshotTest {
  @Test
  void seesWhatHadEnded() {
    SourceSnapshot snapshot = SourceSnapshot.parse("100:110:100,105");
    assertThat(snapshot.sees(99)).isTrue();
    assertThat(snapshot.sees(100)).isFalse();
    assertThat(snapshot.sees(101)).isTrue();
    assertThat(snapshot.sees(105)).isFalse();
    assertThat(snapshot.sees(110)).isFalse();
    assertThat(SourceSnapshot.parse("7:7:").sees(6)).isTrue();
  }

  @Test
  void comparesAcrossTheWrapOfTransactionIds() {
    long epoch = 1L << 32;
    SourceSnapshot snapshot =
        SourceSnapshot.parse((epoch - 2) + ":" + (epoch + 5) + ":" + (epoch + 3));
    assertThat(snapshot.sees(-3)).isTrue();
    assertThat(snapshot.sees(2)).isTrue();
    assertThat(snapshot.sees(3)).isFalse();
    assertThat(snapshot.sees(5)).isFalse();
  }

  @Test
  void remembersATransactionUntilAReadHasSeenIt() {
    StreamedTransactions streamed = new StreamedTransactions();
    streamed.add(8);
    streamed.add(9);
    long low = streamed.here();
    streamed.add(10);
    SourceSnapshot early = SourceSnapshot.parse("9:11:9");
    assertThat(streamed.allSeenBy(early, low)).isFalse();
    streamed.forget(early);
    assertThat(streamed.size()).isEqualTo(1);
    SourceSnapshot late = SourceSnapshot.parse("10:11:10");
    assertThat(streamed.allSeenBy(late, low)).as("10 came behind the mark").isTrue();
    streamed.forget(late);
    assertThat(streamed.size()).isZero();
  }
}
