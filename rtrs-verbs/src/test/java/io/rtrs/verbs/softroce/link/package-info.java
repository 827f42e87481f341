/** Links: recorded, told, made bad, simulated. */
@org.jspecify.annotations.NullMarked
package io.rtrs.verbs.softroce.link;
