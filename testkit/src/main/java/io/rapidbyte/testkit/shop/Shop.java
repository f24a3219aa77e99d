package io.rapidbyte.testkit.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The shop's tables: six, with a composite key, a large value that Postgres stores out of line, an
 * enum, a uuid key, jsonb, arrays, dates and money.
 */
public final class Shop {
  /** The tables, in {@code public}. */
  public static final List<String> TABLES =
      List.of("customers", "products", "orders", "order_items", "payments", "visits");

  static final int PRODUCTS = 4_000;

  /** A writer takes so many ids at once from the sequence {@code shop_ids}. */
  static final int ID_BLOCK = 100_000;

  private Shop() {}

  /**
   * Creates and fills the tables on an empty database.
   *
   * @param rows about how many rows in all, at least 10,000; the result is never fewer
   * @return how many there are
   */
  public static long create(Connection connection, long rows) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      long total = 0;
      for (String sql : fill(Math.max(rows, 10_000))) {
        total += statement.executeUpdate(sql);
      }
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("ANALYZE");
      return total;
    } finally {
      connection.setAutoCommit(autoCommit);
    }
  }

  private static final List<String> SCHEMA =
      List.of(
          "CREATE SEQUENCE shop_ids START 10000000 INCREMENT " + ID_BLOCK,
          "CREATE TYPE order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'returned')",
          """
          CREATE TABLE customers (
            id bigint PRIMARY KEY,
            email text NOT NULL,
            name varchar(80) NOT NULL,
            country char(2) NOT NULL,
            tags text[],
            active boolean NOT NULL,
            born date,
            created_at timestamptz NOT NULL)\
          """,
          """
          CREATE TABLE products (
            id integer PRIMARY KEY,
            sku uuid NOT NULL,
            name text NOT NULL,
            description text,
            price numeric(12,2) NOT NULL,
            weight double precision,
            attributes jsonb)\
          """,
          "ALTER TABLE products ALTER description SET STORAGE EXTERNAL",
          """
          CREATE TABLE orders (
            id bigint PRIMARY KEY,
            customer_id bigint NOT NULL,
            status order_status NOT NULL,
            amount numeric(14,2) NOT NULL,
            note text,
            placed_at timestamp NOT NULL)\
          """,
          """
          CREATE TABLE order_items (
            order_id bigint,
            line smallint,
            product_id integer NOT NULL,
            quantity integer NOT NULL,
            price numeric(12,2) NOT NULL,
            PRIMARY KEY (order_id, line))\
          """,
          """
          CREATE TABLE payments (
            id uuid PRIMARY KEY,
            order_id bigint NOT NULL,
            method text NOT NULL,
            amount numeric(14,2) NOT NULL,
            paid_on date NOT NULL,
            receipt bytea)\
          """,
          """
          CREATE TABLE visits (
            id bigint PRIMARY KEY,
            customer_id bigint,
            page text NOT NULL,
            seconds real,
            lasted interval,
            at time NOT NULL)\
          """,
          "ALTER TABLE visits REPLICA IDENTITY FULL");

  private static List<String> fill(long rows) {
    long customers = rows / 5 + 1;
    long orders = rows / 5 + 1;
    long payments = rows / 10 + 1;
    long visits = rows / 10 + 1;
    return List.of(
        customers(1, customers),
        "INSERT INTO products SELECT i, md5('sku' || i)::uuid, 'Product ' || i,"
            + " CASE WHEN i % 9 > 0 THEN repeat(md5('d' || i), 70 + i % 40) END,"
            + " (i % 9000) / 7.0 + 1, CASE WHEN i % 5 > 0 THEN i / 3.0 END,"
            + " jsonb_build_object('colour', (ARRAY['red','green','blue'])[i % 3 + 1],"
            + " 'sizes', jsonb_build_array(i % 7, i % 11), 'fragile', i % 2 = 0)"
            + " FROM generate_series(1, "
            + PRODUCTS
            + ") i",
        orders(1, orders),
        items(1, orders, 2),
        payments(1, payments),
        visits(1, visits));
  }

  /** Customers {@code first} … {@code last}; one in a hundred is a test account. */
  static String customers(long first, long last) {
    return "INSERT INTO customers SELECT i, 'user' || i"
        + " || CASE WHEN i % 100 = 0 THEN '@test.example' ELSE '@example.com' END,"
        + " (ARRAY['Ada','Grace','Edsger','Barbara','Donald'])[i % 5 + 1] || ' ' || md5(i::text),"
        + " (ARRAY['DE','FR','PT','US','JP'])[i % 5 + 1],"
        + " CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN '{}'::text[]"
        + " ELSE ARRAY['t' || i % 17, NULL, 'x y'] END,"
        + " i % 10 > 0, CASE WHEN i % 6 > 0 THEN date '1950-01-01' + (i % 20000)::int END,"
        + " timestamptz '2024-02-29 23:59:59.999999+00' + i * interval '1 second 1 microsecond'"
        + series(first, last);
  }

  /** Orders {@code first} … {@code last}. */
  static String orders(long first, long last) {
    return "INSERT INTO orders SELECT i, i * 7 % 100000 + 1,"
        + " (enum_range(NULL::order_status))[i % 5 + 1], (i % 100000) / 100.0,"
        + " CASE WHEN i % 3 = 0 THEN 'Über die Brücke № ' || i || E' \\\\ \"\\n' END,"
        + " timestamp '2025-01-01' + i * interval '17 seconds'"
        + series(first, last);
  }

  /** {@code each} items for each of the orders {@code first} … {@code last}. */
  static String items(long first, long last, int each) {
    return "INSERT INTO order_items SELECT i, line, (i * 13 + line) % "
        + PRODUCTS
        + " + 1, i % 9 + 1, (i % 700) / 3.0"
        + " FROM generate_series("
        + first
        + ", "
        + last
        + ") i, generate_series(1, "
        + each
        + ") line";
  }

  /** Payments {@code first} … {@code last}. */
  static String payments(long first, long last) {
    return "INSERT INTO payments SELECT md5('p' || i)::uuid, i,"
        + " (ARRAY['card','transfer','cash'])[i % 3 + 1], (i % 100000) / 100.0,"
        + " date '2025-01-01' + (i % 700)::int,"
        + " CASE WHEN i % 2 = 0 THEN decode(md5(i::text), 'hex') END"
        + series(first, last);
  }

  /** Visits {@code first} … {@code last}. */
  static String visits(long first, long last) {
    return "INSERT INTO visits SELECT i, CASE WHEN i % 8 > 0 THEN i % 1000 END,"
        + " '/p/' || i % 977, (i % 3600) / 8.0, (i % 5000) * interval '1.5 seconds',"
        + " time '00:00' + (i % 86000) * interval '1 second'"
        + series(first, last);
  }

  /** The key of payment {@code number}, as SQL. */
  static String paymentKey(long number) {
    return "md5('p" + number + "')::uuid";
  }

  private static String series(long first, long last) {
    return " FROM generate_series(" + first + ", " + last + ") i";
  }
}
