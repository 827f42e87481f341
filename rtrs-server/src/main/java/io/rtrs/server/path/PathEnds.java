package io.rtrs.server.path;

import java.net.InetAddress;

/**
 * The two ends of a path.
 *
 * @param client where connections come from
 * @param server where they arrive
 */
public record PathEnds(InetAddress client, InetAddress server) {}
