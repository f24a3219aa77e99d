/**
 * Expressions over a row's columns, as SQL writes them: read, typed by Postgres's rules, computed.
 * A stream's {@code where} is one, a transform's {@code filter} another. Pure.
 *
 * <p>What Postgres would decide by session settings or a locale is refused, never guessed. Upper
 * and lower case of ILIKE outside of collation C go by Unicode's simple mappings.
 */
@NullMarked
package io.rapidbyte.schemas.condition;

import org.jspecify.annotations.NullMarked;
