/**
 * A Java agent that puts the providers of {@code io.rtrs.verbs} under a program written for DiSNI, which needs no change.
 *
 * <p>Its jar holds the providers; DiSNI and SLF4J are the program's own.
 */
@NullMarked
package io.rtrs.disni.agent;

import org.jspecify.annotations.NullMarked;
