package io.rtrs.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How much memory a process may still have, and what limits it, as Linux tells. */
public final class MemoryRoom {
    private static final String CGROUPS = "sys/fs/cgroup";
    private static final long KIB = 1024;

    private MemoryRoom() {}

    /**
     * A limit.
     *
     * @param bytes what is still to be had
     * @param cause what limits it
     * @param remedy what to do about it
     */
    public record Limit(long bytes, String cause, String remedy) {}

    /** The limit below so many bytes that leaves the least; empty if there is none. */
    public static Optional<Limit> below(Machine machine, long bytes) {
        List<Limit> limits = new ArrayList<>();
        machine(machine).ifPresent(limits::add);
        cgroup(machine).ifPresent(limits::add);
        process(machine, "Max address space", "VmSize", "-v").ifPresent(limits::add);
        process(machine, "Max data size", "VmData", "-d").ifPresent(limits::add);
        return limits.stream()
                .filter(limit -> limit.bytes < bytes)
                .min((one, other) -> Long.compare(one.bytes, other.bytes));
    }

    private static Optional<Limit> machine(Machine machine) {
        String text = machine.read("proc/meminfo").orElse("");
        long available = kibibytes(text, "MemAvailable");
        return available < 0
                ? Optional.empty()
                : Optional.of(new Limit(
                        available + Math.max(0, kibibytes(text, "SwapFree")),
                        "that is what this machine has available, swap included",
                        "ask for less, or end other programs"));
    }

    private static Optional<Limit> cgroup(Machine machine) {
        for (String line : machine.read("proc/self/cgroup").orElse("").lines().toList()) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                Optional<Limit> limit = cgroup(machine, CGROUPS, parts[2], "memory.max", "memory.current");
                if (limit.isPresent()) {
                    return limit;
                }
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                return cgroup(machine, CGROUPS + "/memory", parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes");
            }
        }
        return Optional.empty();
    }

    /** The least of a group and those that it is in. */
    private static Optional<Limit> cgroup(Machine machine, String root, String path, String max, String used) {
        Limit least = null;
        String group = path.equals("/") ? "" : path;
        while (true) {
            long most = number(machine.read(root + group + "/" + max).orElse(""));
            long left = most
                    - Math.max(0, number(machine.read(root + group + "/" + used).orElse("")));
            if (most >= 0 && (least == null || left < least.bytes)) {
                least = new Limit(
                        Math.max(0, left),
                        "that is what the control group has left (" + max + " of " + (group.isEmpty() ? "/" : group)
                                + ")",
                        "ask for less, or raise the limit: systemd MemoryMax=, of a container --memory");
            }
            int slash = group.lastIndexOf('/');
            if (slash < 0) {
                return Optional.ofNullable(least);
            }
            group = group.substring(0, slash);
        }
    }

    private static Optional<Limit> process(Machine machine, String limit, String used, String flag) {
        for (String line : machine.read("proc/self/limits").orElse("").lines().toList()) {
            long most = line.startsWith(limit)
                    ? number(line.substring(limit.length()).strip().split("\\s+")[0])
                    : -1;
            if (most >= 0) {
                long has = kibibytes(machine.read("proc/self/status").orElse(""), used);
                return Optional.of(new Limit(
                        Math.max(0, most - Math.max(0, has)),
                        "that is what this process may still map (ulimit " + flag + ")",
                        "ask for less, or ulimit " + flag + " unlimited"));
            }
        }
        return Optional.empty();
    }

    private static long kibibytes(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> number(line.substring(name.length() + 1).strip().split("\\s+")[0]))
                .map(number -> number < 0 ? -1 : number * KIB)
                .orElse(-1L);
    }

    /** Not negative, or −1 if it is no number, as "max" and "unlimited" are none. */
    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
