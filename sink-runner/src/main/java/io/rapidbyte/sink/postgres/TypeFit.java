package io.rapidbyte.sink.postgres;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether every value of one type can be stored in a column of another. Types are as {@code
 * format_type} prints them. Pure.
 */
final class TypeFit {
  private static final Pattern PARTS =
      Pattern.compile("([^(]+?)(?:\\((\\d+)(?:,(-?\\d+))?\\))?( with(?:out)? time zone)?(\\[\\])?");
  private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
  private static final int[] INTEGER_DIGITS = {5, 10, 19};
  private static final Set<String> UNBOUNDED_TEXT = Set.of("text", "character varying");

  private TypeFit() {}

  /** A type's name and modifiers; absent modifiers are -1. */
  private record Parts(String name, int first, int second, boolean array) {
    static Parts of(String type) {
      Matcher matcher = PARTS.matcher(type);
      if (!matcher.matches()) {
        return new Parts(type, -1, -1, false);
      }
      String zone = matcher.group(4) == null ? "" : matcher.group(4);
      int first = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
      int second = matcher.group(3) == null ? -1 : Integer.parseInt(matcher.group(3));
      return new Parts(matcher.group(1) + zone, first, second, matcher.group(5) != null);
    }

    boolean isUnbounded() {
      return first < 0;
    }
  }

  /** Whether {@code column} holds every value of {@code sent}. */
  static boolean holds(String column, String sent) {
    if (column.equals(sent)) {
      return true;
    }
    Parts wide = Parts.of(column);
    Parts narrow = Parts.of(sent);
    if (UNBOUNDED_TEXT.contains(wide.name) && wide.isUnbounded() && !wide.array) {
      return true;
    }
    if (wide.array != narrow.array) {
      return false;
    }
    if (wide.name.equals(narrow.name)) {
      return sameKind(wide, narrow);
    }
    return otherKind(wide, narrow);
  }

  private static boolean sameKind(Parts wide, Parts narrow) {
    if (wide.isUnbounded()) {
      return true;
    }
    if (narrow.isUnbounded()) {
      return false;
    }
    if (wide.name.equals("numeric")) {
      int wideScale = Math.max(0, wide.second);
      int narrowScale = Math.max(0, narrow.second);
      return wideScale >= narrowScale && wide.first - wideScale >= narrow.first - narrowScale;
    }
    boolean padded = wide.name.equals("character") || wide.name.equals("bit");
    return padded ? wide.first == narrow.first : wide.first >= narrow.first;
  }

  private static boolean otherKind(Parts wide, Parts narrow) {
    int from = INTEGERS.indexOf(narrow.name);
    int to = INTEGERS.indexOf(wide.name);
    if (from >= 0 && to >= 0) {
      return to > from;
    }
    if (from >= 0 && wide.name.equals("numeric")) {
      return wide.isUnbounded() || wide.first - Math.max(0, wide.second) >= INTEGER_DIGITS[from];
    }
    if (wide.name.equals("double precision")) {
      return narrow.name.equals("real") || (from >= 0 && from < 2);
    }
    return wide.name.equals("jsonb") && narrow.name.equals("json");
  }
}
