/** The wire against every captured packet, against the rules of the specification, and against arbitrary bytes. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.wire;
