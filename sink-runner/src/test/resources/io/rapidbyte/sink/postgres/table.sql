-- upsert
-- create
CREATE TABLE "shop"."from" ("id" bigint, "a ""b""" text, "address" inet, "amount" numeric(18,2), "_rb_generation" integer, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, PRIMARY KEY ("id", "address"));
-- add column
ALTER TABLE "shop"."from" ADD COLUMN IF NOT EXISTS "address" inet;
-- stage
CREATE TEMPORARY TABLE _rb_stage ("id" bigint, "a ""b""" text, "address" text, "amount" numeric(18,2), "_rb_generation" integer, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_kind" "char", "_rb_row" integer, "_rb_mask" bytea, "_rb_base_0" bigint, "_rb_base_1" text) ON COMMIT DELETE ROWS;
-- load stage
COPY pg_temp._rb_stage ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal", "_rb_kind", "_rb_row", "_rb_mask", "_rb_base_0", "_rb_base_1") FROM STDIN (FORMAT binary);
-- load table
COPY "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal") FROM STDIN (FORMAT binary);
-- rebase
UPDATE pg_temp._rb_stage s SET "a ""b""" = CASE WHEN get_bit(s._rb_mask, 1) = 1 THEN t."a ""b""" ELSE s."a ""b""" END, "amount" = CASE WHEN get_bit(s._rb_mask, 3) = 1 THEN t."amount"::numeric(18,2) ELSE s."amount" END, _rb_kind = 'u' FROM "shop"."from" t WHERE s._rb_kind = 'b' AND t."id" = s._rb_base_0 AND t."address" = s._rb_base_1::inet AND t._rb_generation >= s._rb_generation;
-- patch
UPDATE "shop"."from" t SET "a ""b""" = CASE WHEN get_bit(s._rb_mask, 1) = 1 THEN t."a ""b""" ELSE s."a ""b""" END, "amount" = CASE WHEN get_bit(s._rb_mask, 3) = 1 THEN t."amount" ELSE s."amount"::numeric END, "_rb_generation" = s."_rb_generation", "_rb_lsn" = s."_rb_lsn", "_rb_ordinal" = s."_rb_ordinal" FROM pg_temp._rb_stage s WHERE s._rb_kind = 'p' AND t."id" = s."id" AND t."address" = s."address"::inet AND t._rb_generation >= s._rb_generation;
-- missing base
SELECT s._rb_row FROM pg_temp._rb_stage s WHERE s._rb_kind = 'b' OR s._rb_kind = 'p' AND NOT EXISTS (SELECT FROM "shop"."from" t WHERE t."id" = s."id" AND t."address" = s."address"::inet AND t._rb_generation >= s._rb_generation) ORDER BY 1;
-- delete
DELETE FROM "shop"."from" t USING pg_temp._rb_stage s WHERE s._rb_kind = 'd' AND t."id" = s."id" AND t."address" = s."address"::inet;
-- put
INSERT INTO "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal") SELECT s."id", s."a ""b""", s."address"::inet, s."amount", s."_rb_generation", s."_rb_lsn", s."_rb_ordinal" FROM pg_temp._rb_stage s WHERE s._rb_kind = 'u' ON CONFLICT ("id", "address") DO UPDATE SET "a ""b""" = EXCLUDED."a ""b""", "amount" = EXCLUDED."amount", "_rb_generation" = EXCLUDED."_rb_generation", "_rb_lsn" = EXCLUDED."_rb_lsn", "_rb_ordinal" = EXCLUDED."_rb_ordinal";
-- delete all
DELETE FROM "shop"."from" t USING pg_temp._rb_stage s WHERE s._rb_kind IN ('d', 'u') AND t."id" = s."id" AND t."address" = s."address"::inet;
-- truncate
TRUNCATE "shop"."from";
-- truncate partition
DELETE FROM "shop"."from" WHERE _rb_partition = ? AND (_rb_lsn < ?::pg_lsn OR _rb_lsn = ?::pg_lsn AND _rb_ordinal < ?);
-- snapshot end
DELETE FROM "shop"."from" WHERE _rb_generation < ?;

-- upsert, partitioned
-- create
CREATE TABLE "shop"."from" ("id" bigint, "a ""b""" text, "address" inet, "amount" numeric(18,2), "_rb_generation" integer, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_partition" integer, PRIMARY KEY ("id", "address"));
-- add column
ALTER TABLE "shop"."from" ADD COLUMN IF NOT EXISTS "address" inet;
-- stage
CREATE TEMPORARY TABLE _rb_stage ("id" bigint, "a ""b""" text, "address" text, "amount" numeric(18,2), "_rb_generation" integer, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_partition" integer, "_rb_kind" "char", "_rb_row" integer, "_rb_mask" bytea, "_rb_base_0" bigint, "_rb_base_1" text) ON COMMIT DELETE ROWS;
-- load stage
COPY pg_temp._rb_stage ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal", "_rb_partition", "_rb_kind", "_rb_row", "_rb_mask", "_rb_base_0", "_rb_base_1") FROM STDIN (FORMAT binary);
-- load table
COPY "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal", "_rb_partition") FROM STDIN (FORMAT binary);
-- rebase
UPDATE pg_temp._rb_stage s SET "a ""b""" = CASE WHEN get_bit(s._rb_mask, 1) = 1 THEN t."a ""b""" ELSE s."a ""b""" END, "amount" = CASE WHEN get_bit(s._rb_mask, 3) = 1 THEN t."amount"::numeric(18,2) ELSE s."amount" END, _rb_kind = 'u' FROM "shop"."from" t WHERE s._rb_kind = 'b' AND t."id" = s._rb_base_0 AND t."address" = s._rb_base_1::inet AND t._rb_generation >= s._rb_generation;
-- patch
UPDATE "shop"."from" t SET "a ""b""" = CASE WHEN get_bit(s._rb_mask, 1) = 1 THEN t."a ""b""" ELSE s."a ""b""" END, "amount" = CASE WHEN get_bit(s._rb_mask, 3) = 1 THEN t."amount" ELSE s."amount"::numeric END, "_rb_generation" = s."_rb_generation", "_rb_lsn" = s."_rb_lsn", "_rb_ordinal" = s."_rb_ordinal", "_rb_partition" = s."_rb_partition" FROM pg_temp._rb_stage s WHERE s._rb_kind = 'p' AND t."id" = s."id" AND t."address" = s."address"::inet AND t._rb_generation >= s._rb_generation;
-- missing base
SELECT s._rb_row FROM pg_temp._rb_stage s WHERE s._rb_kind = 'b' OR s._rb_kind = 'p' AND NOT EXISTS (SELECT FROM "shop"."from" t WHERE t."id" = s."id" AND t."address" = s."address"::inet AND t._rb_generation >= s._rb_generation) ORDER BY 1;
-- delete
DELETE FROM "shop"."from" t USING pg_temp._rb_stage s WHERE s._rb_kind = 'd' AND t."id" = s."id" AND t."address" = s."address"::inet;
-- put
INSERT INTO "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_generation", "_rb_lsn", "_rb_ordinal", "_rb_partition") SELECT s."id", s."a ""b""", s."address"::inet, s."amount", s."_rb_generation", s."_rb_lsn", s."_rb_ordinal", s."_rb_partition" FROM pg_temp._rb_stage s WHERE s._rb_kind = 'u' ON CONFLICT ("id", "address") DO UPDATE SET "a ""b""" = EXCLUDED."a ""b""", "amount" = EXCLUDED."amount", "_rb_generation" = EXCLUDED."_rb_generation", "_rb_lsn" = EXCLUDED."_rb_lsn", "_rb_ordinal" = EXCLUDED."_rb_ordinal", "_rb_partition" = EXCLUDED."_rb_partition";
-- delete all
DELETE FROM "shop"."from" t USING pg_temp._rb_stage s WHERE s._rb_kind IN ('d', 'u') AND t."id" = s."id" AND t."address" = s."address"::inet;
-- truncate
TRUNCATE "shop"."from";
-- truncate partition
DELETE FROM "shop"."from" WHERE _rb_partition = ? AND (_rb_lsn < ?::pg_lsn OR _rb_lsn = ?::pg_lsn AND _rb_ordinal < ?);
-- snapshot end
DELETE FROM "shop"."from" WHERE _rb_generation < ? AND _rb_partition = ?;

-- append
-- create
CREATE TABLE "shop"."from" ("id" bigint, "a ""b""" text, "address" inet, "amount" numeric(18,2), "_rb_op" text, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_xid" bigint, "_rb_ts" timestamp with time zone, "_rb_generation" integer, "_rb_unchanged" text[]);
-- add column
ALTER TABLE "shop"."from" ADD COLUMN IF NOT EXISTS "address" inet;
-- stage
CREATE TEMPORARY TABLE _rb_stage ("id" bigint, "a ""b""" text, "address" text, "amount" numeric(18,2), "_rb_op" text, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_xid" bigint, "_rb_ts" timestamp with time zone, "_rb_generation" integer, "_rb_unchanged" text[]) ON COMMIT DELETE ROWS;
-- load stage
COPY pg_temp._rb_stage ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged") FROM STDIN (FORMAT binary);
-- load table
COPY "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged") FROM STDIN (FORMAT binary);
-- append
INSERT INTO "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged") SELECT s."id", s."a ""b""", s."address"::inet, s."amount", s."_rb_op", s."_rb_lsn", s."_rb_ordinal", s."_rb_xid", s."_rb_ts", s."_rb_generation", s."_rb_unchanged" FROM pg_temp._rb_stage s;
-- snapshot end
DELETE FROM "shop"."from" WHERE _rb_op = 'r' AND _rb_generation > ? AND _rb_generation < ?;

-- append, partitioned
-- create
CREATE TABLE "shop"."from" ("id" bigint, "a ""b""" text, "address" inet, "amount" numeric(18,2), "_rb_op" text, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_xid" bigint, "_rb_ts" timestamp with time zone, "_rb_generation" integer, "_rb_unchanged" text[], "_rb_partition" integer);
-- add column
ALTER TABLE "shop"."from" ADD COLUMN IF NOT EXISTS "address" inet;
-- stage
CREATE TEMPORARY TABLE _rb_stage ("id" bigint, "a ""b""" text, "address" text, "amount" numeric(18,2), "_rb_op" text, "_rb_lsn" pg_lsn, "_rb_ordinal" bigint, "_rb_xid" bigint, "_rb_ts" timestamp with time zone, "_rb_generation" integer, "_rb_unchanged" text[], "_rb_partition" integer) ON COMMIT DELETE ROWS;
-- load stage
COPY pg_temp._rb_stage ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged", "_rb_partition") FROM STDIN (FORMAT binary);
-- load table
COPY "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged", "_rb_partition") FROM STDIN (FORMAT binary);
-- append
INSERT INTO "shop"."from" ("id", "a ""b""", "address", "amount", "_rb_op", "_rb_lsn", "_rb_ordinal", "_rb_xid", "_rb_ts", "_rb_generation", "_rb_unchanged", "_rb_partition") SELECT s."id", s."a ""b""", s."address"::inet, s."amount", s."_rb_op", s."_rb_lsn", s."_rb_ordinal", s."_rb_xid", s."_rb_ts", s."_rb_generation", s."_rb_unchanged", s."_rb_partition" FROM pg_temp._rb_stage s;
-- snapshot end
DELETE FROM "shop"."from" WHERE _rb_op = 'r' AND _rb_generation > ? AND _rb_generation < ? AND _rb_partition = ?;

