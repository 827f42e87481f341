/** Connection management against every captured message, against a network that loses, and against floods. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.cm;
