package io.rtrs.verbs.ibverbs.ffm;

import io.rtrs.verbs.VerbsException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Which data-path calls of a device are made as <em>critical</em> calls, without the thread-state transition.
 *
 * <p>Safe is what stays in user space: {@code poll_cq} of rxe and of the mlx drivers reads memory only. Posting is a
 * system call on rxe (and on siw and erdma a doorbell or a system call, by version), so it is never critical by default;
 * arming a queue and everything else never is. The system property {@value #PROPERTY} overrides: {@code none}, {@code
 * poll}, or {@code all}, which is for devices known to post from user space and was measured to matter there only.
 *
 * @param criticalPoll whether {@code poll_cq} is
 * @param criticalPost whether {@code post_send}, {@code post_recv} and {@code bind_mw} are
 */
public record CallPolicy(boolean criticalPoll, boolean criticalPost) {
    /** Overrides the choice for all devices. */
    public static final String PROPERTY = "io.rtrs.verbs.ibverbs.critical";

    private static final int EINVAL = 22;

    /** Refuses another value of the property, before there is a device. */
    public static void checkProperty() throws VerbsException {
        of("");
    }

    /**
     * The policy for a device.
     *
     * @throws VerbsException if the property has another value
     */
    public static CallPolicy of(String deviceName) throws VerbsException {
        String told = System.getProperty(PROPERTY, "");
        return switch (told.toLowerCase(Locale.ROOT)) {
            case "" -> new CallPolicy(isRxe(deviceName) || deviceName.startsWith("mlx"), false);
            case "none" -> new CallPolicy(false, false);
            case "poll" -> new CallPolicy(true, false);
            case "all" -> new CallPolicy(true, !postEntersKernel(deviceName));
            default ->
                throw new VerbsException(
                        "property " + PROPERTY + "=" + told + ": give it none, poll or all, or leave it out", EINVAL);
        };
    }

    /** Whether it is soft-RoCE: by its name, or where it was named otherwise, by a file that only rxe has in sysfs. */
    public static boolean isRxe(String deviceName) {
        return deviceName.startsWith("rxe") || Files.exists(Path.of("/sys/class/infiniband", deviceName, "parent"));
    }

    /** Whether posting on such a device is, or may be, a system call. */
    public static boolean postEntersKernel(String deviceName) {
        return isRxe(deviceName) || deviceName.startsWith("siw") || deviceName.startsWith("erdma");
    }
}
