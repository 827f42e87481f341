package io.rtrs.cli.doctor;

import java.util.List;

/** What Java is like here. */
final class JavaChecks {
    private static final String OPTION = "start Java with --enable-native-access=ALL-UNNAMED, or with -jar rtrs.jar";

    private JavaChecks() {}

    static List<Finding> run() {
        return List.of(jdk(), nativeAccess(JavaChecks.class.getModule().isNativeAccessEnabled()));
    }

    private static Finding jdk() {
        return Finding.ok(
                "JDK",
                Runtime.version() + " (" + System.getProperty("java.vendor") + "), "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
    }

    static Finding nativeAccess(boolean enabled) {
        return enabled
                ? Finding.ok("native access", "enabled")
                : Finding.note("native access", "not enabled: Java warns now, and a later one will refuse it", OPTION);
    }
}
