package io.rtrs.cli.doctor;

import java.util.List;

/** What Java is like here. */
final class JavaChecks {
    private static final String OPTION = "start Java with --enable-native-access=ALL-UNNAMED, or with -jar rtrs.jar";

    private static final String NO_IPV6 = "java.net.preferIPv4Stack";

    private JavaChecks() {}

    static List<Finding> run() {
        Finding jdk = jdk();
        Finding access = nativeAccess(JavaChecks.class.getModule().isNativeAccessEnabled());
        return Boolean.getBoolean(NO_IPV6) ? List.of(jdk, access, noIpv6()) : List.of(jdk, access);
    }

    private static Finding jdk() {
        return Finding.ok(
                "JDK",
                Runtime.version() + " (" + System.getProperty("java.vendor") + "), "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
    }

    static Finding noIpv6() {
        return Finding.note(
                "IPv6",
                "switched off by -D" + NO_IPV6 + "=true: no IPv6 address is listed below, and none can be used",
                "start Java without it (RTRS_JAVA_OPTS, JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS)");
    }

    static Finding nativeAccess(boolean enabled) {
        return enabled
                ? Finding.ok("native access", "enabled")
                : Finding.note("native access", "not enabled: Java warns now, and a later one will refuse it", OPTION);
    }
}
