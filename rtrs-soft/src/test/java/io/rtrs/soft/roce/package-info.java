/** RoCEv2 in software: what holds for all of it. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce;
