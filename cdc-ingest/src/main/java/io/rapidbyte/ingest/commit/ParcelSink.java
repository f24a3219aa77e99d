package io.rapidbyte.ingest.commit;

/** Where parcels are handed to the send thread. May be used by any number of threads. */
public interface ParcelSink {
  /**
   * Hands over, waiting while the send thread has enough to do. Parcels of one caller are sent in
   * the order of its calls.
   *
   * @throws InterruptedException where the caller is asked to stop
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the send thread has failed; nothing
   *     that was not confirmed is durable
   */
  void put(Parcel parcel) throws InterruptedException;

  /**
   * Waits until everything that was put before the call is durable in Kafka, its progress included.
   *
   * @throws InterruptedException as in {@link #put}
   */
  void drain() throws InterruptedException;
}
