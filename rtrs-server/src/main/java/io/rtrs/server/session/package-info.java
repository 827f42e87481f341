/**
 * Sessions, and the decisions about who may connect (spec/rtrs.md 5.3, 5.6). The decisions are pure: no verbs, no thread, no
 * clock.
 */
@NullMarked
package io.rtrs.server.session;

import org.jspecify.annotations.NullMarked;
