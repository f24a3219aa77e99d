/**
 * What the publications hold: planned purely from catalog and settings, then reconciled with the
 * server at each start.
 *
 * <p>A plan never lets Postgres refuse the application's own UPDATE or DELETE: what would is
 * evaluated by us, published as inserts alone, or refused. (A column that stands in a column list
 * or a row filter cannot be dropped by the application before the publication lets go of it; that
 * is Postgres's own protection.)
 */
@NullMarked
package io.rapidbyte.ingest.publish;

import org.jspecify.annotations.NullMarked;
