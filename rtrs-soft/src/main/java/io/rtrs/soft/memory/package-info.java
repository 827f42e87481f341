/**
 * Registered memory as providers in software keep it: keys, regions, windows, and the checks before each access.
 *
 * <p>Pure: no sockets, threads or clocks. A window's monitor is held while data moves through it, so a revocation that has
 * completed is final.
 */
@NullMarked
package io.rtrs.soft.memory;

import org.jspecify.annotations.NullMarked;
