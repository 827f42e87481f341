package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Two network namespaces of this test, {@code a} and {@code b}, with a cable between them; it takes root. */
final class NetworkNamespaces implements AutoCloseable {
    private static final String NAME = "rtrs" + ProcessHandle.current().pid();

    final String a = NAME + "a";
    final String b = NAME + "b";

    /**
     * 10.9.0.1 and 10.9.0.2, with an MTU each.
     *
     * @throws IOException if this user, or this kernel, makes none
     */
    NetworkNamespaces(int mtuOfA, int mtuOfB) throws IOException {
        try {
            for (String name : List.of(a, b)) {
                ip("netns add " + name);
                run(in(name, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad"));
                ip("-n " + name + " link set lo up");
            }
            ip("link add veth0 netns " + a + " type veth peer name veth0 netns " + b);
            ip("-n " + a + " addr add 10.9.0.1/24 dev veth0");
            ip("-n " + b + " addr add 10.9.0.2/24 dev veth0");
            ip("-n " + a + " link set veth0 mtu " + mtuOfA + " up");
            ip("-n " + b + " link set veth0 mtu " + mtuOfB + " up");
            for (String name : List.of(a, b)) {
                await(name).until(() -> hasLinkLocal(name)); // the kernel gives it a moment after the link is up
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** What runs a command there. */
    static List<String> in(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }

    private static boolean hasLinkLocal(String namespace) throws IOException {
        String shown = linkLocalShown(namespace);
        return shown.contains("inet6 ") && !shown.contains("tentative");
    }

    private static String linkLocalShown(String namespace) throws IOException {
        return run(List.of("ip", "-n", namespace, "-6", "-o", "addr", "show", "dev", "veth0", "scope", "link"));
    }

    /** The link-local address of the cable's end. */
    static String linkLocal(String namespace) throws IOException {
        String shown = linkLocalShown(namespace);
        String behind = shown.substring(shown.indexOf("inet6 ") + "inet6 ".length());
        return behind.substring(0, behind.indexOf('/'));
    }

    static void ip(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        run(command);
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }

    @Override
    public void close() {
        remove(a);
        remove(b);
    }

    private static void remove(String name) {
        try {
            ip("netns del " + name);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining(name); // it was not made
        }
    }
}
