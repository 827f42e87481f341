/** Links: recorded, told, made bad, simulated. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.link;
