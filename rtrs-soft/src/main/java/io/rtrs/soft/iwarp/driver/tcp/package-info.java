/**
 * TCP sockets as the driver needs them: that never wait, that read and write pieces of memory where they are, and something
 * that waits for many of them. {@link io.rtrs.soft.iwarp.driver.tcp.LinuxTcp} calls the C library, {@link
 * io.rtrs.soft.iwarp.driver.tcp.NioTcp} is Java's own, for other systems.
 *
 * <p>Buffer sizes are the kernel's business: setting them switches its tuning off (spec/iwarp.md 22.2, 7).
 */
@NullMarked
package io.rtrs.soft.iwarp.driver.tcp;

import org.jspecify.annotations.NullMarked;
