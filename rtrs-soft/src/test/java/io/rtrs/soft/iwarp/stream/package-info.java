/** The queue pair over a stream in memory: every operation, every cut of the stream, every refusal. */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.iwarp.stream;
