package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.control.ResyncCommand;
import java.util.Optional;

/**
 * A record of the control topic.
 *
 * @param next the offset behind it
 * @param resync what it asks for; empty where this version does not know it
 */
public record Command(long next, Optional<ResyncCommand> resync) {}
