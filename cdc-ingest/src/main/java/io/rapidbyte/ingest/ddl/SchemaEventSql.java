package io.rapidbyte.ingest.ddl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The objects of one pipeline in the source by which it is told of DDL: a function and three event
 * triggers. Pure.
 *
 * @param pipeline whose they are
 */
public record SchemaEventSql(String pipeline) {
  /** The schema that the function stands in. */
  public static final String SCHEMA = "_rapidbyte";

  private static final String PREFIX = "rapidbyte.ddl.";
  private static final int MAX_NAME = 63;

  /** Commands that can change which tables there are, or what their rows look like. */
  private static final String TAGS =
      "'ALTER TABLE', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE SCHEMA',"
          + " 'ALTER SCHEMA', 'ALTER TYPE', 'CREATE EXTENSION', 'ALTER EXTENSION',"
          + " 'ALTER PUBLICATION'";

  /**
   * The function's body. It must never be the reason why somebody's DDL fails, so whatever fails in
   * it ends in the server's log; what it did not tell is noticed with the table's next row. It runs
   * with the rights of whoever runs the DDL.
   */
  private static final String BODY =
      """

      DECLARE
        v_touched oid[] := '{}';
        v_types oid[] := '{}';
        v_more oid[];
        v_published boolean := false;
        v_gone jsonb := '[]';
        v_attached jsonb := '[]';
        v_rewritten jsonb := '[]';
        v_tables jsonb;
        v_descriptions jsonb;
      BEGIN
        IF pg_is_in_recovery() OR current_setting('wal_level') <> 'logical' THEN
          RETURN;
        END IF;
        IF TG_EVENT = 'table_rewrite' THEN
          -- 4: the type of a column, and with it perhaps an expression for its values.
          IF pg_event_trigger_table_rewrite_reason() & 4 = 0 THEN
            RETURN;
          END IF;
          SELECT coalesce(jsonb_agg(jsonb_build_object(
              'oid', CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid::bigint
                     ELSE c.oid::bigint END,
              'plain', coalesce(current_query() ~* '^\\s*alter\\s+table\\M'
                AND current_query() !~* '\\musing\\M', false))), '[]')
          INTO v_rewritten
          FROM pg_class c
          WHERE c.oid = pg_event_trigger_table_rewrite_oid() AND c.relpersistence = 'p';
        ELSIF TG_EVENT = 'sql_drop' THEN
          SELECT coalesce(array_agg(DISTINCT d.objid) FILTER (
                   WHERE d.object_type = 'table column' AND TG_TAG <> 'ALTER TABLE'), '{}'),
                 coalesce(bool_or(d.object_type LIKE 'publication%'), false),
                 coalesce(jsonb_agg(jsonb_build_object('oid', d.objid::bigint,
                     'schema', d.schema_name, 'table', d.object_name))
                   FILTER (WHERE d.object_type = 'table' AND NOT d.is_temporary), '[]')
          INTO v_touched, v_published, v_gone
          FROM pg_event_trigger_dropped_objects() d;
        ELSE
          SELECT coalesce(array_agg(DISTINCT c.objid) FILTER (
                   WHERE c.object_type IN ('table', 'table column')), '{}'),
                 coalesce(array_agg(DISTINCT CASE WHEN c.classid = 'pg_class'::regclass
                     THEN (SELECT r.reltype FROM pg_class r WHERE r.oid = c.objid)
                     ELSE c.objid END) FILTER (WHERE c.classid = 'pg_type'::regclass
                       OR c.object_type LIKE 'composite type%'), '{}'),
                 coalesce(bool_or(c.object_type LIKE 'publication%'), false)
          INTO v_touched, v_types, v_published
          FROM pg_event_trigger_ddl_commands() c;
          IF TG_TAG = 'ALTER SCHEMA' THEN
            v_touched := v_touched || ARRAY (
              SELECT r.oid FROM pg_class r
              JOIN pg_event_trigger_ddl_commands() c ON r.relnamespace = c.objid
              WHERE c.classid = 'pg_namespace'::regclass AND r.relkind IN ('r', 'p'));
          END IF;
          IF TG_TAG = 'ALTER TABLE' THEN
            -- Of this transaction, or one that began since: those may be told twice.
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'oid', pg_partition_root(c.oid)::oid::bigint,
                'schema', n.nspname, 'table', c.relname)), '[]')
            INTO v_attached
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE i.inhparent = ANY (v_touched) AND c.relispartition
              AND i.xmin::text::bigint >= pg_current_xact_id()::text::bigint % 4294967296
              AND EXISTS (SELECT FROM pg_partition_tree(c.oid) l
                WHERE l.isleaf AND pg_relation_size(l.relid) > 0);
          END IF;
          v_more := v_types;
          WHILE v_more <> '{}' LOOP
            -- What is made of these types, level by level; each a single pass over the catalog.
            v_more := ARRAY (
              SELECT t.oid FROM pg_type t
              WHERE (t.typbasetype = ANY (v_more) OR t.typelem = ANY (v_more))
                AND t.oid <> ALL (v_types)
              UNION
              SELECT c.reltype FROM pg_class c
              WHERE c.reltype <> 0 AND c.reltype <> ALL (v_types) AND c.oid IN (
                SELECT a.attrelid FROM pg_attribute a
                WHERE a.atttypid = ANY (v_more) AND a.attnum > 0 AND NOT a.attisdropped));
            v_types := v_types || v_more;
          END LOOP;
          IF v_types <> '{}' THEN
            v_touched := v_touched || ARRAY (
              SELECT DISTINCT a.attrelid FROM pg_attribute a
              WHERE a.atttypid = ANY (v_types) AND a.attnum > 0 AND NOT a.attisdropped);
          END IF;
        END IF;
        IF v_touched <> '{}' THEN
          v_touched := ARRAY (
            WITH RECURSIVE below(oid) AS (
              SELECT unnest(v_touched)
              UNION
              SELECT i.inhrelid FROM pg_inherits i JOIN below b ON i.inhparent = b.oid)
            SELECT DISTINCT CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid
                            ELSE c.oid END
            FROM below b JOIN pg_class c ON c.oid = b.oid);
        END IF;
        SELECT jsonb_agg(jsonb_build_object(
            'oid', c.oid::bigint, 'schema', n.nspname, 'table', c.relname, 'kind', c.relkind,
            'identity', c.relreplident,
            'columns', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'name', a.attname, 'num', a.attnum, 'type', a.atttypid::bigint,
                'mod', a.atttypmod, 'dims', a.attndims, 'null', NOT a.attnotnull,
                'generated', a.attgenerated,
                'filled', a.atthasdef OR a.attidentity <> '') ORDER BY a.attnum)
              FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
            'indexes', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'primary', i.indisprimary, 'chosen', i.indisreplident AND i.indisvalid,
                'immediate', i.indimmediate,
                'columns', (SELECT jsonb_agg(a.attname ORDER BY k.place)
                  FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
                  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                  WHERE k.place <= i.indnkeyatts)))
              FROM pg_index i
              WHERE i.indrelid = c.oid AND (i.indisprimary OR i.indisreplident)), '[]')))
        INTO v_tables
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = ANY (v_touched) AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
          AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_';
        IF v_tables IS NULL AND v_gone = '[]' AND NOT v_published AND v_rewritten = '[]' THEN
          RETURN;
        END IF;
        WITH RECURSIVE used(oid) AS (
          SELECT a.atttypid FROM pg_attribute a
          WHERE a.attrelid = ANY (v_touched) AND a.attnum > 0 AND NOT a.attisdropped
          UNION
          SELECT b.oid FROM used u JOIN pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
            SELECT t.typbasetype UNION ALL SELECT t.typelem
            UNION ALL SELECT a.atttypid FROM pg_attribute a
              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
                AND NOT a.attisdropped) b(oid)
          WHERE u.oid >= 16384 AND b.oid <> 0)
        SELECT jsonb_agg(jsonb_build_object(
            'oid', t.oid::bigint, 'kind', t.typtype, 'name', t.typname,
            'element', CASE WHEN e.typarray = t.oid THEN t.typelem::bigint ELSE 0 END,
            'base', t.typbasetype::bigint, 'mod', t.typtypmod, 'dims', t.typndims,
            'labels', coalesce((SELECT jsonb_agg(l.enumlabel ORDER BY l.enumsortorder)
              FROM pg_enum l WHERE l.enumtypid = t.oid), '[]'),
            'fields', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'name', a.attname, 'type', a.atttypid::bigint, 'mod', a.atttypmod,
                'dims', a.attndims) ORDER BY a.attnum)
              FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
                AND a.attnum > 0 AND NOT a.attisdropped), '[]')))
        INTO v_descriptions
        FROM used u JOIN pg_type t ON t.oid = u.oid LEFT JOIN pg_type e ON e.oid = t.typelem
        WHERE u.oid >= 16384;
        PERFORM pg_logical_emit_message(true, '@prefix@', convert_to(jsonb_build_object(
            'v', 1, 'tag', TG_TAG, 'publications', v_published, 'gone', v_gone,
            'tables', coalesce(v_tables, '[]'), 'types', coalesce(v_descriptions, '[]'),
            'attached', v_attached, 'rewritten', v_rewritten)::text,
          'UTF8'));
      EXCEPTION WHEN OTHERS THEN
        RAISE LOG 'rapidbyte is not told of %: %', TG_TAG, SQLERRM;
      END\
      """;

  /** The prefix of the messages. */
  public String prefix() {
    return PREFIX + pipeline;
  }

  /** The function's name within {@link #SCHEMA}, and that of the event trigger for DDL. */
  public String ddlName() {
    return name("rapidbyte_ddl_");
  }

  /** The name of the event trigger for what is dropped. */
  public String dropName() {
    return name("rapidbyte_drop_");
  }

  /** The name of the event trigger for tables that are written anew. */
  public String rewriteName() {
    return name("rapidbyte_rewrite_");
  }

  /** All event triggers. */
  public List<String> triggers() {
    return List.of(ddlName(), dropName(), rewriteName());
  }

  /** What {@code pg_proc.prosrc} is where the function is ours and of this version. */
  public String source() {
    return BODY.replace("@prefix@", prefix().replace("'", "''"));
  }

  /** What makes the objects, whatever stood there before; for one transaction. */
  public List<String> install() {
    // Not OR REPLACE: a function that somebody else made would stay theirs to change.
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS " + SCHEMA,
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(ddlName()),
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(dropName()),
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(rewriteName()),
        "DROP FUNCTION IF EXISTS " + function(),
        "CREATE FUNCTION %s RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog SET jit = off AS $rapidbyte$%s$rapidbyte$"
            .formatted(function(), source()),
        "COMMENT ON FUNCTION %s IS 'Tells the Rapidbyte pipeline %s of DDL, by messages in the log'"
            .formatted(function(), pipeline.replace("'", "''")),
        "CREATE EVENT TRIGGER %s ON ddl_command_end WHEN TAG IN (%s) EXECUTE FUNCTION %s"
            .formatted(TableName.quote(ddlName()), TAGS, function()),
        "CREATE EVENT TRIGGER %s ON sql_drop EXECUTE FUNCTION %s"
            .formatted(TableName.quote(dropName()), function()),
        "CREATE EVENT TRIGGER %s ON table_rewrite EXECUTE FUNCTION %s"
            .formatted(TableName.quote(rewriteName()), function()));
  }

  /** What removes the objects; for one transaction. The schema stays: it may be others' too. */
  public List<String> remove() {
    return List.of(
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(ddlName()),
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(dropName()),
        "DROP EVENT TRIGGER IF EXISTS " + TableName.quote(rewriteName()),
        "DROP FUNCTION IF EXISTS " + function());
  }

  private String function() {
    return SCHEMA + "." + TableName.quote(ddlName()) + "()";
  }

  private String name(String prefix) {
    String whole = prefix + pipeline;
    if (whole.length() <= MAX_NAME) {
      return whole;
    }
    CRC32 hash = new CRC32();
    hash.update(pipeline.getBytes(UTF_8));
    String end = "_%08x".formatted(hash.getValue());
    return whole.substring(0, MAX_NAME - end.length()) + end;
  }
}
