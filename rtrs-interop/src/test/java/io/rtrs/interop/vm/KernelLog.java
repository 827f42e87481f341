package io.rtrs.interop.vm;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds in the guest's kernel messages ({@code dmesg -x}) what must not be there. */
final class KernelLog {
    private static final Pattern SERIOUS = Pattern.compile("^\\w+ *:(emerg|alert|crit|err|warn) *:.*");
    private static final Pattern TROUBLE = Pattern.compile(
            ".*(\\bWARNING:|\\bBUG:|\\bOops\\b|Call Trace:|general protection|refcount_t|blocked for more than|"
                    + "lockup|rcu_.*stall).*");

    private final List<Pattern> allowed;

    private KernelLog(List<Pattern> allowed) {
        this.allowed = allowed;
    }

    /** The allowed messages: one regular expression a line, found anywhere in a message; {@code #} starts a reason. */
    static KernelLog allowing(List<String> lines) {
        return new KernelLog(lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Pattern::compile)
                .toList());
    }

    /** The messages of level warning or worse, or that speak of trouble, and are not allowed. */
    List<String> findings(Stream<String> messages) {
        return messages.filter(line ->
                        SERIOUS.matcher(line).matches() || TROUBLE.matcher(line).matches())
                .filter(line -> allowed.stream()
                        .noneMatch(pattern -> pattern.matcher(line).find()))
                .toList();
    }
}
