/**
 * Blocks in a server's memory: the user header that {@code demo}, {@code serve} and {@code io} speak, and its server.
 *
 * <p>The layout is in docs/cli.md.
 */
@NullMarked
package io.rtrs.cli.block;

import org.jspecify.annotations.NullMarked;
