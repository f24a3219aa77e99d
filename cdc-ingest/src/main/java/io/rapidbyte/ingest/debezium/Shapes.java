package io.rapidbyte.ingest.debezium;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.geometric.PGbox;
import org.postgresql.geometric.PGcircle;
import org.postgresql.geometric.PGline;
import org.postgresql.geometric.PGlseg;
import org.postgresql.geometric.PGpath;
import org.postgresql.geometric.PGpoint;
import org.postgresql.geometric.PGpolygon;
import org.postgresql.util.PGobject;

/** Geometric values, which Debezium has as the driver's objects, as Postgres prints them. */
final class Shapes {
  private Shapes() {}

  static Optional<String> text(PGobject shape) {
    return Optional.ofNullable(
        switch (shape) {
          case PGpoint point -> text(point);
          case PGline line -> "{" + join(line.a, line.b, line.c) + "}";
          case PGlseg segment -> "[" + points(segment.point) + "]";
          case PGbox box -> points(box.point);
          case PGpath path -> path.open ? "[" + points(path.points) + "]" : ring(path.points);
          case PGpolygon polygon -> ring(polygon.points);
          case PGcircle circle -> circle(circle);
          default -> shape.getValue();
        });
  }

  private static String circle(PGcircle circle) {
    PGpoint center = circle.center;
    return center == null
        ? String.valueOf(circle.getValue())
        : "<" + text(center) + "," + PostgresText.of(circle.radius) + ">";
  }

  private static String ring(PGpoint[] points) {
    return "(" + points(points) + ")";
  }

  private static String points(PGpoint[] points) {
    return Arrays.stream(points).map(Shapes::text).collect(Collectors.joining(","));
  }

  private static String text(PGpoint point) {
    return "(" + join(point.x, point.y) + ")";
  }

  private static String join(double... numbers) {
    return Arrays.stream(numbers).mapToObj(PostgresText::of).collect(Collectors.joining(","));
  }
}
