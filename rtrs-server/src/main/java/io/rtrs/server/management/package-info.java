/** Servers, their sessions and paths as beans of JMX, with the attributes of the kernel's sysfs (spec/rtrs.md 15.2). */
@NullMarked
package io.rtrs.server.management;

import org.jspecify.annotations.NullMarked;
