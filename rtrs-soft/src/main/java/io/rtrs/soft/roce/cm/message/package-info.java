/**
 * The messages of InfiniBand connection management as bytes and as validated records (spec/rocev2.md 10.2, 11, 12.2). No
 * behaviour, no state.
 */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.cm.message;
