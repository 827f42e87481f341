package io.rtrs.interop.specification;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That a file names a place of a specification: {@code spec/rtrs.md 7.4}, more of them after a comma, {@code 17.3, 4} for
 * item 4 of a section, {@code 18: 84, 87} for items, {@code 19.80 to 19.83} for all between.
 *
 * @param specification its file's name without the ending
 * @param place a section, or a section and an item's number
 * @param within the section that a number without a section may be an item of, empty where there is none
 */
record Citation(String specification, String place, String within) {
    private static final Pattern LIST =
            Pattern.compile("spec/(\\w+)\\.md`? +(\\d+(?:\\.\\d+)?(?:(?: *[,;:] *| and | to )\\d+(?:\\.\\d+)?)*)");
    private static final Pattern TOKEN = Pattern.compile("\\d+(?:\\.\\d+)?|:|to");
    private static final Pattern LINE_END = Pattern.compile("\\s*\\n\\s*(?:\\*|//)?\\s*");

    /** All that a source file cites, in its order. */
    static List<Citation> in(String text) {
        List<Citation> found = new ArrayList<>();
        Matcher list = LIST.matcher(LINE_END.matcher(text).replaceAll(" "));
        while (list.find()) {
            places(list.group(1), list.group(2), found);
        }
        return found;
    }

    private static void places(String specification, String list, List<Citation> found) {
        String section = ""; // the last that had a number of its own
        boolean items = false;
        boolean range = false;
        Matcher tokens = TOKEN.matcher(list);
        while (tokens.find()) {
            String token = tokens.group();
            if (token.equals(":")) {
                found.removeLast();
                items = true;
            } else if (token.equals("to")) {
                range = true;
            } else if (items) {
                found.add(new Citation(specification, section + "." + token, ""));
            } else if (range) {
                between(specification, found.getLast().place(), token, found);
                range = false;
            } else {
                boolean bare = token.indexOf('.') < 0;
                found.add(new Citation(specification, token, bare ? section : ""));
                section = bare && !section.isEmpty() ? section : token;
            }
        }
    }

    private static void between(String specification, String first, String last, List<Citation> found) {
        String section = first.substring(0, first.indexOf('.') + 1);
        int from = Integer.parseInt(first.substring(section.length()));
        int to = Integer.parseInt(last.substring(last.indexOf('.') + 1));
        if (!last.startsWith(section) || to <= from) {
            throw new IllegalArgumentException("'" + first + " to " + last + "': a range goes up within one section");
        }
        for (int item = from + 1; item <= to; item++) {
            found.add(new Citation(specification, section + item, ""));
        }
    }
}
