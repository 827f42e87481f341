package io.rtrs.cli.text;

import java.io.IOException;
import java.net.InetAddress;

/** Why routing lets nothing out to an address, and what helps; from what the kernel said when a socket was connected. */
public final class Routing {
    private Routing() {}

    /** In words. */
    public static String cause(IOException refused) {
        String said = String.valueOf(refused.getMessage());
        return switch (errnoText(said)) {
            case "Network is unreachable" -> "there is no route to it";
            case "No route to host" -> "its route is of type unreachable";
            case "Permission denied" -> "its route is of type prohibit, or a firewall forbids it";
            case "Invalid argument" -> "its route is of type blackhole";
            default -> said;
        };
    }

    /** What to look at and to change. */
    public static String remedy(IOException refused, InetAddress to) {
        String name = Addresses.text(to);
        boolean none = errnoText(String.valueOf(refused.getMessage())).equals("Network is unreachable");
        return none
                ? "ip route add gives " + name + " a route, if there is a way to it"
                : "ip route show, and ip rule show, have what refuses it: ip route del that, or add a narrower route";
    }

    /** Java puts more behind the kernel's text now and then. */
    private static String errnoText(String said) {
        int more = said.indexOf(" (");
        return more < 0 ? said : said.substring(0, more);
    }
}
