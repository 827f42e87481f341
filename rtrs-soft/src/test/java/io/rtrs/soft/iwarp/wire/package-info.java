/** The wire against every captured FPDU and the values of the specification. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.iwarp.wire;
