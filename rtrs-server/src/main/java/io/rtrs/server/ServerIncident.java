package io.rtrs.server;

import io.rtrs.core.Status;

import java.time.Instant;

/**
 * A connection that was refused, or a path that was closed by other than an orderly disconnect.
 *
 * @param time when
 * @param peer the client: its address, and the session's name where it is known
 * @param status what a refused client was told, or what a closed path failed with
 * @param message what happened; names the field and its value where the client broke a rule
 */
public record ServerIncident(Instant time, String peer, Status status, String message) {}
