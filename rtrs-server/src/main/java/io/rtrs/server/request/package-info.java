/** What arrives in a chunk and what goes back: memory, operations, answers (spec/rtrs.md 7.4 to 7.6). */
@NullMarked
package io.rtrs.server.request;

import org.jspecify.annotations.NullMarked;
