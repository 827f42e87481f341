/**
 * The RTRS server: listens, keeps sessions and their paths, and hands each request to a handler.
 *
 * <p>Start with {@link io.rtrs.server.RtrsServer#builder()}. The packages below this one are not exported; they mirror the
 * client's: {@code session} (who may connect), {@code path} (establishment, heartbeat, closing), {@code request} (chunks,
 * operations, answers), {@code driver} (the control thread).
 */
@NullMarked
package io.rtrs.server;

import org.jspecify.annotations.NullMarked;
