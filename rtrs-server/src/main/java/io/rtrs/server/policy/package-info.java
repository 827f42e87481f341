/**
 * The decisions about who may connect, and within which bounds (spec/rtrs.md 5.3, 5.6). Pure: no verbs, no thread, no clock.
 */
@NullMarked
package io.rtrs.server.policy;

import org.jspecify.annotations.NullMarked;
