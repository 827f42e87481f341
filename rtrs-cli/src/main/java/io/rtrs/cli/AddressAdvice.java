package io.rtrs.cli;

import io.rtrs.cli.text.Addresses;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to write instead of something that is no address, or no path: a name is looked up, a port becomes an option of its
 * own. RTRS itself takes addresses only, as the kernel does.
 */
final class AddressAdvice {
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):(\\d{1,5})");
    private static final Pattern NAME = Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?");
    private static final String IP = "ip:";
    private static final long LOOK_UP_SECONDS = 3;

    /** Looks names up. */
    interface Names {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    private final Names names;
    private final StringJoiner known = new StringJoiner(", ");
    private @Nullable String port;

    private AddressAdvice(Names names) {
        this.names = names;
    }

    /** What to write as a path instead; empty if nobody knows. */
    static String forPath(String option, String wrong) {
        return forPath(option, wrong, InetAddress::getAllByName);
    }

    static String forPath(String option, String wrong, Names names) {
        AddressAdvice advice = new AddressAdvice(names);
        int separator = wrong.indexOf(',') >= 0 ? wrong.indexOf(',') : wrong.indexOf('@');
        String source = separator < 0 ? "" : advice.address(wrong.substring(0, separator));
        advice.port = null; // that of the source means nothing
        String destination = advice.address(wrong.substring(separator + 1));
        if (source == null || destination == null) {
            return advice.known.toString();
        }
        return advice.text(option + " " + (separator < 0 ? "" : IP + source + "@") + IP + destination);
    }

    /** What to write as an address to listen on instead; empty if nobody knows. */
    static String forAddress(String option, String wrong) {
        return forAddress(option, wrong, InetAddress::getAllByName);
    }

    static String forAddress(String option, String wrong, Names names) {
        AddressAdvice advice = new AddressAdvice(names);
        String address = advice.address(wrong);
        return address == null ? advice.known.toString() : advice.text(option + " " + address);
    }

    private String text(String write) {
        return (known.length() == 0 ? "" : known + "; ") + "write " + write + (port == null ? "" : " --port " + port);
    }

    /** The address that was meant, or null. */
    private @Nullable String address(String wrong) {
        String text = wrong.startsWith(IP) ? wrong.substring(IP.length()) : wrong;
        Matcher withPort = WITH_PORT.matcher(text);
        if (withPort.matches()) {
            port = withPort.group(3);
            text = withPort.group(1) != null ? withPort.group(1) : withPort.group(2);
        } else if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        try {
            return Addresses.text(Arguments.literal(text));
        } catch (IllegalArgumentException e) {
            return NAME.matcher(text).matches() ? lookedUp(text) : null;
        }
    }

    private @Nullable String lookedUp(String name) {
        InetAddress[] found = find(name);
        if (found == null || found.length == 0) {
            known.add(name + " is a name, not an address, and cannot be looked up here");
            return null;
        }
        known.add(name + " is a name, not an address: that of "
                + String.join(
                        " and ",
                        Arrays.stream(found).map(Addresses::text).distinct().toList()));
        return Addresses.text(found[0]);
    }

    /** The addresses, or null if there are none or the look-up takes too long. */
    private InetAddress @Nullable [] find(String name) {
        CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("rtrs-name").start(() -> {
            try {
                found.complete(names.addresses(name));
            } catch (UnknownHostException e) {
                found.completeExceptionally(e);
            }
        });
        try {
            return found.get(LOOK_UP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
