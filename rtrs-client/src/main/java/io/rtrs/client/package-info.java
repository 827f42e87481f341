/**
 * The RTRS client: {@link io.rtrs.client.RtrsClient} opens a {@link io.rtrs.client.ClientSession}, which sends requests to
 * a server's memory (spec/rtrs.md 14.1).
 */
@NullMarked
package io.rtrs.client;

import org.jspecify.annotations.NullMarked;
